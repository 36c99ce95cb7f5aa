// Makes Debian's weak keys again: README.md says how.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "candidate.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { pids = 32768, max_number_octets = 2 * max_prime_octets };

static const struct platform platforms[] = {
    {"le32", 4, 88, false},  // i386
    {"le64", 8, 144, false}, // amd64
    {"be32", 4, 88, true},   // PowerPC, SPARC, HPPA
};
static const char *const seed_files[] = {
    [seed_file_read] = "rnd", [seed_file_absent] = "nornd", [seed_file_unreadable] = "noreadrnd"};

static const struct platform *platform;
static enum seed_file seed_file;
static bool whole_keys;

/// A line of the list: a key by its number, the modulus or the x of the point, of which the first 8 octets of SHA-256.
static void print(uint32_t pid, const BIGNUM *number) {
    uint8_t octets[max_number_octets], digest[SHA256_DIGEST_LENGTH];
    SHA256(octets, BN_bn2bin(number, octets), digest);
    printf("%u ", pid);
    for (int i = 0; i < 8; i++) printf("%02x", digest[i]);
    printf("\n");
    fflush(stdout);
}

/// A key as `openssl genrsa` wrote it, the greater prime first.
static void print_rsa(uint32_t pid, BIGNUM *p, BIGNUM *q, BN_CTX *context) {
    if (BN_cmp(p, q) < 0) BN_swap(p, q);
    BIGNUM *n = BN_new(), *e = BN_new(), *d = BN_new(), *dp = BN_new(), *dq = BN_new(), *inverse = BN_new();
    BIGNUM *p1 = BN_dup(p), *q1 = BN_dup(q);
    BN_mul(n, p, q, context);
    if (!whole_keys) {
        print(pid, n);
    } else {
        BN_set_word(e, RSA_F4);
        BN_sub_word(p1, 1);
        BN_sub_word(q1, 1);
        BN_mul(dp, p1, q1, context);
        BN_mod_inverse(d, e, dp, context);
        BN_mod(dp, d, p1, context);
        BN_mod(dq, d, q1, context);
        BN_mod_inverse(inverse, q, p, context);
        RSA *key = RSA_new();
        RSA_set0_key(key, BN_dup(n), BN_dup(e), BN_dup(d));
        RSA_set0_factors(key, BN_dup(p), BN_dup(q));
        RSA_set0_crt_params(key, BN_dup(dp), BN_dup(dq), BN_dup(inverse));
        PEM_write_RSAPrivateKey(stdout, key, NULL, NULL, 0, NULL, NULL);
        RSA_free(key);
    }
    BIGNUM *const all[] = {n, e, d, dp, dq, inverse, p1, q1};
    for (int i = 0; i < 8; i++) BN_free(all[i]);
}

/// A process that searches for the two primes of its key.
struct search {
    struct prng prng;
    uint8_t candidate[max_prime_octets];
    BIGNUM *first;
    bool running;
};

/// The first process of the queue that is still to do.
static bool start(struct search *search, const bool *wanted, uint32_t *next) {
    while (*next < pids && !wanted[*next]) ++*next;
    search->running = *next < pids;
    if (!search->running) return false;
    prng_start_openssl(&search->prng, platform, (*next)++, seed_file);
    return true;
}

/// RSA_generate_key_ex: primes p for which 65537 does not divide p - 1, the first and then the second.
static void make_rsa(int bits, const bool *wanted) {
    int octets = bits / 16;
    BN_CTX *context = BN_CTX_new();
    struct search searches[lanes];
    const uint8_t *numbers[lanes];
    uint32_t next = 0;
    candidates_prepare();
    bool any = false;
    for (int i = 0; i < lanes; i++) {
        searches[i].first = NULL;
        numbers[i] = searches[i].candidate;
        memset(searches[i].candidate, 0xff, octets);
        any |= start(&searches[i], wanted, &next);
    }
    while (any) {
        bool prime[lanes];
        for (int i = 0; i < lanes; i++) {
            if (searches[i].running) candidate_draw(&searches[i].prng, searches[i].candidate, octets);
        }
        fermat(numbers, octets, prime);
        any = false;
        for (int i = 0; i < lanes; i++) {
            struct search *search = &searches[i];
            if (!search->running) continue;
            any = true;
            candidate_draw_bases(&search->prng, search->candidate, octets, prime[i]);
            if (!prime[i]) continue;
            BIGNUM *found = BN_bin2bn(search->candidate, octets, NULL);
            if (BN_mod_word(found, 65537) == 1) {
                fprintf(stderr, "%u: a prime was passed over for exponent 65537\n", search->prng.pid);
                BN_free(found);
            } else if (!search->first) {
                search->first = found;
            } else {
                print_rsa(search->prng.pid, search->first, found, context);
                BN_free(found);
                BN_free(search->first);
                search->first = NULL;
                start(search, wanted, &next);
            }
        }
    }
}

/// EC_KEY_generate_key: a random number below the order of the curve.
static void make_ec(int curve, const bool *wanted) {
    BN_CTX *context = BN_CTX_new();
    EC_GROUP *group = EC_GROUP_new_by_curve_name(curve);
    const BIGNUM *order = EC_GROUP_get0_order(group);
    int bits = BN_num_bits(order), octets = (bits + 7) / 8;
    BIGNUM *secret = BN_new(), *x = BN_new();
    EC_POINT *point = EC_POINT_new(group);
    for (uint32_t pid = 0; pid < pids; pid++) {
        if (!wanted[pid]) continue;
        struct prng prng;
        uint8_t drawn[max_prime_octets];
        prng_start_openssl(&prng, platform, pid, seed_file);
        do {
            prng_number(&prng, drawn, octets);
            drawn[0] &= 0xff >> (octets * 8 - bits);
            BN_bin2bn(drawn, octets, secret);
        } while (BN_is_zero(secret) || BN_cmp(secret, order) >= 0);
        EC_POINT_mul(group, point, secret, NULL, NULL, context);
        EC_POINT_get_affine_coordinates(group, point, x, NULL, context);
        if (!whole_keys) {
            print(pid, x);
            continue;
        }
        EC_KEY *key = EC_KEY_new_by_curve_name(curve);
        EC_KEY_set_private_key(key, secret);
        EC_KEY_set_public_key(key, point);
        PEM_write_ECPrivateKey(stdout, key, NULL, NULL, 0, NULL, NULL);
        EC_KEY_free(key);
    }
}

static int index_of(const char *name, const char *const names[], int count) {
    for (int i = 0; i < count; i++) {
        if (strcmp(name, names[i]) == 0) return i;
    }
    return -1;
}

int main(int argc, char *argv[]) {
    static const char *const kinds[] = {"rsa2048", "rsa3072", "rsa4096", "ecp256", "ecp384", "ecp521"};
    const char *names[] = {platforms[0].name, platforms[1].name, platforms[2].name};
    int kind = argc > 3 ? index_of(argv[1], kinds, 6) : -1;
    int machine = argc > 3 ? index_of(argv[2], names, 3) : -1;
    int file = argc > 3 ? index_of(argv[3], seed_files, 3) : -1;
    if (kind < 0 || machine < 0 || file < 0) {
        fprintf(stderr, "usage: debian-weak-keys rsa2048|rsa3072|rsa4096|ecp256|ecp384|ecp521 le32|le64|be32 rnd|nornd|noreadrnd [PID ...]\n");
        return 2;
    }
    platform = &platforms[machine];
    seed_file = file;

    // Named processes: keys, to compare. None: lines of the list, without those that standard input holds already.
    static bool wanted[pids];
    whole_keys = argc > 4;
    if (whole_keys) {
        for (int i = 4; i < argc; i++) wanted[strtoul(argv[i], NULL, 10) % pids] = true;
    } else {
        unsigned done;
        memset(wanted, true, sizeof wanted);
        while (scanf("%u %*s", &done) == 1) wanted[done % pids] = false;
    }
    switch (kind) {
    case 0: make_rsa(2048, wanted); break;
    case 1: make_rsa(3072, wanted); break;
    case 2: make_rsa(4096, wanted); break;
    case 3: make_ec(NID_X9_62_prime256v1, wanted); break;
    case 4: make_ec(NID_secp384r1, wanted); break;
    case 5: make_ec(NID_secp521r1, wanted); break;
    }
    return ferror(stdout) ? 1 : 0;
}
