#pragma once
// Debian's libp11-kit-dev: PKCS #11 alone, nothing of p11-kit itself; the module comes by dlopen.
#include <p11-kit-1/p11-kit/pkcs11.h>
