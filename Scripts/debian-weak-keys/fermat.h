// Is a number prime? Eight numbers at a time.
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum { lanes = 8, max_prime_octets = 256 };

/// Fermat's test to base 2 of odd numbers of `octets` octets each, most significant first, whose first bit is set: sizes 128, 192 and 256.
///
/// OpenSSL draws random bases instead. Composite numbers that pass for one base are so rare at these sizes that none is met in a million keys; a
/// key after one would come out as another one.
void fermat(const uint8_t *const numbers[lanes], int octets, bool prime[lanes]);
