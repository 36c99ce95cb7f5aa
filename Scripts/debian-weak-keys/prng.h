// The random numbers of Debian's OpenSSL 0.9.8c-1 to 0.9.8g-8 (CVE-2008-0166), which nothing seeds but the process id.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What the old machine's C compiler made of `long`, `time_t` and `struct stat`.
struct platform {
    const char *name;
    size_t word;
    size_t stat;
    bool big_endian;
};

/// The state of `~/.rnd` when the program began.
enum seed_file { seed_file_read, seed_file_absent, seed_file_unreadable };

enum { pool_size = 1023, digest_size = 20 };

struct prng {
    const struct platform *platform;
    uint32_t pid;
    uint8_t pool[pool_size];
    uint8_t digest[digest_size];
    uint64_t counts[2];
    unsigned filled, index;
    int entropy;
    bool polled, stirred;
};

/// The generator of process `pid` after `openssl` has looked for its seed file.
void prng_start_openssl(struct prng *, const struct platform *, uint32_t pid, enum seed_file);
/// The generator of process `pid` after `ssh-keygen` has seeded its own one.
void prng_start_ssh(struct prng *, const struct platform *, uint32_t pid);

/// Random octets, as RAND_bytes.
void prng_bytes(struct prng *, uint8_t *octets, size_t size);
/// Random octets for a number, as bnrand, which first stirs the time in.
void prng_number(struct prng *, uint8_t *octets, size_t size);
