/// The odd primes below 752, by which no RSA modulus may be divided.
enum SmallPrimes {
    /// Primes whose product fits a word.
    struct Group: Sendable {
        var product: UInt = 1
        var primes: [UInt] = []
    }

    static let groups: [Group] = {
        var groups: [Group] = []
        var group = Group()
        for candidate: UInt in 3..<752 where !(2..<candidate).contains(where: { $0 * $0 <= candidate && candidate.isMultiple(of: $0) }) {
            if group.product.multipliedReportingOverflow(by: candidate).overflow {
                groups.append(group)
                group = Group()
            }
            group.product *= candidate
            group.primes.append(candidate)
        }
        return groups + [group]
    }()

    /// For each prime up to 167 the powers of 65537 modulo it. The primes of the library of ROCA are such powers modulo each of these, and
    /// so is their product.
    static let powersOf65537: [UInt: Set<UInt>] = Dictionary(
        uniqueKeysWithValues: groups.flatMap(\.primes).filter { $0 <= 167 }.map { prime in
            var powers: Set<UInt> = []
            var power: UInt = 1
            while powers.insert(power).inserted { power = power * 65_537 % prime }
            return (prime, powers)
        })
}
