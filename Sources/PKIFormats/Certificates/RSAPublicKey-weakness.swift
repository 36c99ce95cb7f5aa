import COpenSSL

extension RSAPublicKey {
    /// What lets anybody find the private key.
    package enum Weakness: String, Sendable {
        case smallFactor = "a small prime divides the RSA modulus"
        case infineonPrimes = "the RSA modulus was made by the faulty library of CVE-2017-15361 (ROCA)"
        case closePrimes = "the primes of the RSA modulus are too close together (CVE-2022-26320)"
    }

    /// Nil for a modulus without a known weakness. Takes some ten microseconds.
    package var weakness: Weakness? {
        defer { ERR_clear_error() }
        guard let number = BigInteger(modulus) else { return nil }
        var hasInfineonResidues = true
        for group in SmallPrimes.groups {
            // One division of the long number serves the whole group.
            let rest = number.remainder(by: group.product)
            for prime in group.primes {
                let residue = rest % prime
                if residue == 0 { return .smallFactor }
                if hasInfineonResidues, let powers = SmallPrimes.powersOf65537[prime] { hasInfineonResidues = powers.contains(residue) }
            }
        }
        if hasInfineonResidues { return .infineonPrimes }
        return number.isProductOfNeighbours(rounds: 100) ? .closePrimes : nil
    }
}
