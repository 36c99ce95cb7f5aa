#pragma once
#include <stddef.h>

/// Keys that Debian's OpenSSL made when it had no random numbers (CVE-2008-0166): the first eight octets of SHA-256 over each key's number, sorted.
/// Made by Scripts/debian-weak-keys; constant data of the program, never copied.
const unsigned char *muster_debian_weak_keys(void);
/// The size of the list in octets.
size_t muster_debian_weak_keys_size(void);
