#pragma once
#include <openssl/bn.h>
#include <openssl/cms.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#ifdef __linux__
#include <malloc.h>
#endif

/// Gives back to the system what the heap holds and does not use; does nothing where the C library cannot.
static inline void shim_trim_heap(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

/// EC_GROUP_precompute_mult: deprecated since OpenSSL 3.0, which has nothing in its place.
static inline int shim_make_tables(EC_GROUP *group, BN_CTX *context) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    return EC_GROUP_precompute_mult(group, context);
#pragma GCC diagnostic pop
}
