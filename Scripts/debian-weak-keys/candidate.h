// OpenSSL 0.9.8's search for a prime (bn_prime.c): which numbers are looked at, and what is drawn for each.
#pragma once
#include "fermat.h"
#include "prng.h"

void candidates_prepare(void);
/// The next number that has no small factor and whose predecessor has none but 2 (probable_prime): `octets` octets, most significant first.
void candidate_draw(struct prng *, uint8_t *number, int octets);
/// Draws what the Miller-Rabin rounds draw: one base for a composite number, all of them for a prime.
void candidate_draw_bases(struct prng *, const uint8_t *number, int octets, bool prime);
