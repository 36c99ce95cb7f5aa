#include "candidate.h"

#include <immintrin.h>
#include <string.h>

/// The first 2048 primes; the last is 17863.
enum { small_primes = 2048, digit_bits = 11, max_digits = (max_prime_octets * 8 + digit_bits - 1) / digit_bits + 1 };

static uint16_t primes[small_primes];
/// 2^(11 i) modulo each prime, nearest to zero, for two neighbouring i side by side.
static int16_t weights[max_digits / 2 + 1][small_primes][2];

void candidates_prepare(void) {
    int found = 0;
    for (int n = 2; found < small_primes; n++) {
        bool prime = true;
        for (int i = 0; i < found && prime && primes[i] * primes[i] <= n; i++) prime = n % primes[i] != 0;
        if (prime) primes[found++] = n;
    }
    for (int i = 0; i < small_primes; i++) {
        int weight = 1;
        for (int digit = 0; digit < max_digits; digit++) {
            weights[digit / 2][i][digit % 2] = weight > primes[i] / 2 ? weight - primes[i] : weight;
            weight = (weight << digit_bits) % primes[i];
        }
    }
}

/// What is left of a number when divided by each prime. Digits of -1024 to 1023 times weights of at most 8931: the sum of 187 products fits 32 bits.
static void divide(const uint8_t *number, int octets, uint16_t remainders[small_primes]) {
    int16_t digits[max_digits + 1] = {0};
    int count = (octets * 8 + digit_bits - 1) / digit_bits + 1, carry = 0;
    for (int i = 0; i < count; i++) {
        int low = i * digit_bits / 8, value = 0;
        for (int k = 2; k >= 0; k--) value = value << 8 | (low + k < octets ? number[octets - 1 - low - k] : 0);
        value = (value >> i * digit_bits % 8 & ((1 << digit_bits) - 1)) + carry;
        carry = value >= 1 << (digit_bits - 1);
        digits[i] = value - (carry << digit_bits);
    }
    for (int i = 0; i < small_primes; i += 16) {
        __m512i sum = _mm512_setzero_si512();
        for (int pair = 0; pair < (count + 1) / 2; pair++) {
            int both;
            memcpy(&both, digits + 2 * pair, sizeof both);
            sum = _mm512_add_epi32(sum, _mm512_madd_epi16(_mm512_set1_epi32(both), _mm512_loadu_si512(weights[pair][i])));
        }
        int32_t sums[16];
        _mm512_storeu_si512(sums, sum);
        for (int k = 0; k < 16; k++) {
            int rest = sums[k] % primes[i + k];
            remainders[i + k] = rest < 0 ? rest + primes[i + k] : rest;
        }
    }
}

void candidate_draw(struct prng *prng, uint8_t *number, int octets) {
    uint16_t remainders[small_primes];
    for (;;) {
        prng_number(prng, number, octets);
        number[0] |= 0xc0;
        number[octets - 1] |= 1;
        divide(number, octets, remainders);
        uint32_t delta = 0;
        for (int i = 1; i < small_primes; i++) {
            if ((remainders[i] + delta) % primes[i] <= 1) {
                delta += 2;
                i = 0;
            }
        }
        for (int i = octets - 1; i >= 0 && delta != 0; i--) {
            delta += number[i];
            number[i] = (uint8_t)delta;
            delta >>= 8;
        }
        // Grown by a bit: again.
        if (delta == 0) return;
    }
}

void candidate_draw_bases(struct prng *prng, const uint8_t *number, int octets, bool prime) {
    // BN_prime_checks_for_size of 850, 1300 and more bits.
    int rounds = !prime ? 1 : octets * 8 >= 1300 ? 2 : 3;
    uint8_t limit[max_prime_octets], base[max_prime_octets];
    memcpy(limit, number, octets);
    limit[octets - 1] -= 1;
    for (int round = 0; round < rounds; round++) {
        do prng_number(prng, base, octets);
        while (memcmp(base, limit, octets) >= 0);
    }
}
