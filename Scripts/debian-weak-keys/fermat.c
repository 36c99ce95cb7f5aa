// Montgomery multiplication of eight numbers side by side, in limbs of 52 bits (AVX-512 IFMA).
#include "fermat.h"

#include <immintrin.h>
#include <openssl/bn.h>
#include <stdlib.h>
#include <string.h>

typedef __m512i eight;

enum { limb_bits = 52, max_limbs = 40 };
static const uint64_t limb_mask = (1ULL << limb_bits) - 1;

/// r = a * b / 2^(52 * limbs) modulo n, doubled in the lanes of `doubled`. Four spare bits above n at least: no comparison with n is needed, since
/// operands below 4n give less than 2n.
static inline __attribute__((always_inline)) void multiply(
    int limbs, eight *r, const eight *a, const eight *b, const eight *n, eight inverse, __mmask8 doubled) {
    const eight mask = _mm512_set1_epi64(limb_mask), zero = _mm512_setzero_si512();
    eight t[max_limbs + 1];
#pragma GCC unroll 41
    for (int j = 0; j <= limbs; j++) t[j] = zero;
    for (int i = 0; i < limbs; i++) {
        const eight digit = a[i];
        eight low = _mm512_madd52lo_epu64(t[0], digit, b[0]);
        const eight quotient = _mm512_madd52lo_epu64(zero, low, inverse);
        low = _mm512_madd52lo_epu64(low, quotient, n[0]);
        eight carry = _mm512_srli_epi64(low, limb_bits);
#pragma GCC unroll 41
        for (int j = 1; j < limbs; j++) {
            eight sum = j == 1 ? _mm512_add_epi64(t[j], carry) : t[j];
            sum = _mm512_madd52lo_epu64(sum, digit, b[j]);
            sum = _mm512_madd52hi_epu64(sum, digit, b[j - 1]);
            sum = _mm512_madd52lo_epu64(sum, quotient, n[j]);
            t[j - 1] = _mm512_madd52hi_epu64(sum, quotient, n[j - 1]);
        }
        t[limbs - 1] = _mm512_madd52hi_epu64(_mm512_madd52hi_epu64(zero, digit, b[limbs - 1]), quotient, n[limbs - 1]);
    }
    eight carry = zero;
#pragma GCC unroll 41
    for (int j = 0; j < limbs; j++) {
        eight sum = _mm512_mask_slli_epi64(t[j], doubled, t[j], 1);
        sum = _mm512_add_epi64(sum, carry);
        r[j] = _mm512_and_si512(sum, mask);
        carry = _mm512_srli_epi64(sum, limb_bits);
    }
}

/// The 52 bits of a number in the given limb.
static uint64_t limb(const uint8_t *octets, int size, int index) {
    uint64_t value = 0;
    int low = index * limb_bits / 8, shift = index * limb_bits % 8;
    for (int i = 6; i >= 0; i--) value = value << 8 | (low + i < size ? octets[size - 1 - low - i] : 0);
    return value >> shift & limb_mask;
}

static inline __attribute__((always_inline)) void test(int limbs, const uint8_t *const numbers[lanes], int octets, bool prime[lanes]) {
    static BN_CTX *context;
    if (!context) context = BN_CTX_new();
    union {
        eight vector[max_limbs];
        uint64_t lane[max_limbs][lanes];
    } n, power;
    union {
        eight vector;
        uint64_t lane[lanes];
    } inverse;
    BIGNUM *number = BN_new(), *one = BN_new();
    for (int i = 0; i < lanes; i++) {
        // The power begins with 1, which is 2^(52 * limbs) here.
        BN_bin2bn(numbers[i], octets, number);
        BN_zero(one);
        BN_set_bit(one, limb_bits * limbs);
        BN_mod(one, one, number, context);
        uint8_t begin[max_prime_octets];
        BN_bn2binpad(one, begin, octets);
        for (int j = 0; j < limbs; j++) {
            n.lane[j][i] = limb(numbers[i], octets, j);
            power.lane[j][i] = limb(begin, octets, j);
        }
        uint64_t x = n.lane[0][i];
        for (int round = 0; round < 5; round++) x *= 2 - n.lane[0][i] * x;
        inverse.lane[i] = -x & limb_mask;
    }
    BN_free(number);
    BN_free(one);

    // 2^(n - 1), the highest bit first; n - 1 is n without its lowest bit.
    for (int bit = octets * 8 - 1; bit >= 0; bit--) {
        __mmask8 set = 0;
        for (int i = 0; i < lanes && bit > 0; i++) set |= (numbers[i][octets - 1 - bit / 8] >> bit % 8 & 1) << i;
        multiply(limbs, power.vector, power.vector, power.vector, n.vector, inverse.vector, set);
    }
    eight unit[max_limbs] = {_mm512_set1_epi64(1)};
    multiply(limbs, power.vector, power.vector, unit, n.vector, inverse.vector, 0);
    for (int i = 0; i < lanes; i++) {
        prime[i] = power.lane[0][i] == 1;
        for (int j = 1; j < limbs; j++) prime[i] &= power.lane[j][i] == 0;
    }
}

void fermat(const uint8_t *const numbers[lanes], int octets, bool prime[lanes]) {
    switch (octets) {
    case 128: test(20, numbers, octets, prime); break;
    case 192: test(30, numbers, octets, prime); break;
    case 256: test(40, numbers, octets, prime); break;
    default: abort();
    }
}
