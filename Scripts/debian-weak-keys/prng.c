// OpenSSL 0.9.8's md_rand.c, rand_unix.c, randfile.c and bn_rand.c, as far as they decide what a process draws. Debian's patch took out the lines
// that hash the caller's buffer, in seeding and in drawing alike: of what is stirred in, the length alone still counts.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "prng.h"

#include <openssl/sha.h>
#include <string.h>

enum { entropy_needed = 32, seed_file_size = 1024, ssh_draw = 20 };

/// A message under construction: SHA-1 by blocks, since these messages fill one or two.
struct message {
    uint8_t octets[128];
    size_t size;
};

static void append(struct message *message, const void *octets, size_t size) {
    memcpy(message->octets + message->size, octets, size);
    message->size += size;
}

static void append_word(struct message *message, uint64_t value, size_t size, bool big_endian) {
    for (size_t i = 0; i < size; i++) {
        message->octets[message->size++] = (uint8_t)(value >> 8 * (big_endian ? size - 1 - i : i));
    }
}

static void append_pool(struct message *message, const struct prng *prng, unsigned start, unsigned size, unsigned filled) {
    unsigned head = start + size > filled ? filled - start : size;
    append(message, prng->pool + start, head);
    append(message, prng->pool, size - head);
}

static void finish(struct message *message, uint8_t digest[digest_size]) {
    uint64_t bits = message->size * 8;
    size_t end = message->size < 56 ? 64 : 128;
    message->octets[message->size] = 0x80;
    memset(message->octets + message->size + 1, 0, end - message->size - 1);
    for (int i = 0; i < 8; i++) message->octets[end - 1 - i] = (uint8_t)(bits >> 8 * i);
    SHA_CTX context;
    SHA1_Init(&context);
    for (size_t block = 0; block < end; block += 64) SHA1_Transform(&context, message->octets + block);
    const uint32_t words[5] = {context.h0, context.h1, context.h2, context.h3, context.h4};
    for (int i = 0; i < digest_size; i++) digest[i] = (uint8_t)(words[i / 4] >> 8 * (3 - i % 4));
}

static void append_counts(struct message *message, const struct prng *prng, uint64_t first, uint64_t second) {
    append_word(message, first, prng->platform->word, prng->platform->big_endian);
    append_word(message, second, prng->platform->word, prng->platform->big_endian);
}

/// Stirs `size` octets in, whatever they are (ssleay_rand_add).
static void stir(struct prng *prng, size_t size, int entropy) {
    uint8_t local[digest_size];
    memcpy(local, prng->digest, digest_size);
    unsigned at = prng->index;
    prng->index += size;
    if (prng->index >= pool_size) {
        prng->index %= pool_size;
        prng->filled = pool_size;
    } else if (prng->index > prng->filled) {
        prng->filled = prng->index;
    }
    for (size_t done = 0; done < size; done += digest_size) {
        unsigned part = size - done < digest_size ? size - done : digest_size;
        struct message message = {.size = 0};
        append(&message, local, digest_size);
        append_pool(&message, prng, at, part, pool_size);
        append_counts(&message, prng, prng->counts[0], prng->counts[1]++);
        finish(&message, local);
        for (unsigned i = 0; i < part; i++) {
            prng->pool[at] ^= local[i];
            at = (at + 1) % pool_size;
        }
    }
    for (int i = 0; i < digest_size; i++) prng->digest[i] ^= local[i];
    if (prng->entropy < entropy_needed) prng->entropy += entropy;
}

/// 32 octets of /dev/urandom, the process id, the user id and the time (RAND_poll), before the first draw.
static void poll(struct prng *prng) {
    if (prng->polled) return;
    prng->polled = true;
    stir(prng, entropy_needed, entropy_needed);
    for (int i = 0; i < 3; i++) stir(prng, prng->platform->word, 0);
}

void prng_bytes(struct prng *prng, uint8_t *octets, size_t size) {
    enum { half = digest_size / 2 };
    poll(prng);
    bool enough = prng->entropy >= entropy_needed;
    if (!prng->stirred) {
        for (int left = pool_size; left > 0; left -= digest_size) stir(prng, digest_size, 0);
        prng->stirred = enough;
    }
    uint8_t local[digest_size];
    memcpy(local, prng->digest, digest_size);
    unsigned at = prng->index, filled = prng->filled;
    prng->index += (size + half - 1) / half * half;
    if (prng->index > filled) prng->index %= filled;
    uint64_t draws = prng->counts[0]++, stirs = prng->counts[1];

    for (size_t done = 0; done < size; done += half) {
        unsigned part = size - done < half ? size - done : half;
        struct message message = {.size = 0};
        if (done == 0 && prng->pid != 0) append_word(&message, prng->pid, 4, prng->platform->big_endian);
        append(&message, local, digest_size);
        append_counts(&message, prng, draws, stirs);
        append_pool(&message, prng, at, half, filled);
        finish(&message, local);
        for (unsigned i = 0; i < half; i++) {
            prng->pool[at] ^= local[i];
            at = at + 1 >= filled ? 0 : at + 1;
        }
        memcpy(octets + done, local + half, part);
    }

    struct message message = {.size = 0};
    append_counts(&message, prng, draws, stirs);
    append(&message, local, digest_size);
    append(&message, prng->digest, digest_size);
    finish(&message, prng->digest);
}

void prng_number(struct prng *prng, uint8_t *octets, size_t size) {
    stir(prng, prng->platform->word, 0);
    prng_bytes(prng, octets, size);
}

void prng_start_openssl(struct prng *prng, const struct platform *platform, uint32_t pid, enum seed_file file) {
    *prng = (struct prng){.platform = platform, .pid = pid};
    // RAND_load_file stirs what stat(2) said, up to 0.9.8c even if it said that there is no such file.
    if (file != seed_file_absent) stir(prng, platform->stat, 0);
    if (file == seed_file_read) {
        stir(prng, seed_file_size, seed_file_size);
    } else {
        poll(prng);
    }
}

void prng_start_ssh(struct prng *prng, const struct platform *platform, uint32_t pid) {
    *prng = (struct prng){.platform = platform, .pid = pid};
    uint8_t arc4random_key[ssh_draw];
    prng_bytes(prng, arc4random_key, sizeof arc4random_key);
}
