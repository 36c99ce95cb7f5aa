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

/// jemalloc's, in release builds (docs/adr/0026-jemalloc.md).
extern int mallctl(const char *name, void *old, size_t *old_count, void *new, size_t new_count) __attribute__((weak));

/// Gives back to the system what the heap holds and does not use; does nothing where the C library cannot.
static inline void shim_trim_heap(void) {
    // 4096 is MALLCTL_ARENAS_ALL.
    if (mallctl) {
        mallctl("arena.4096.purge", NULL, NULL, NULL, 0);
        return;
    }
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

/// EC_GROUP_precompute_mult and EC_POINT_get_Jprojective_coordinates_GFp: deprecated since OpenSSL 3.0, which has nothing in their place.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
static inline int shim_make_tables(EC_GROUP *group, BN_CTX *context) { return EC_GROUP_precompute_mult(group, context); }
static inline int shim_jacobian(const EC_GROUP *group, const EC_POINT *point, BIGNUM *x, BIGNUM *z, BN_CTX *context) {
    return EC_POINT_get_Jprojective_coordinates_GFp(group, point, x, NULL, z, context);
}
#pragma GCC diagnostic pop
