/// Tells most numbers that are no squares by their remainders.
enum SquareSieve {
    private static let moduli: [UInt] = [64, 63, 65, 11, 17, 19, 23, 31]

    /// Of one number in 1,600 alone, the remainder by this may be a square's. Below 2⁴⁰, so that sums of a few remainders fit a word.
    static let modulus = moduli.reduce(1, *)

    private static let squares: [(modulus: UInt, isSquare: [Bool])] = moduli.map { modulus in
        var isSquare = [Bool](repeating: false, count: Int(modulus))
        for number in 0..<modulus { isSquare[Int(number * number % modulus)] = true }
        return (modulus, isSquare)
    }

    /// - Parameter remainder: by ``modulus``.
    static func mayBeSquare(_ remainder: UInt) -> Bool {
        squares.allSatisfy { $0.isSquare[Int(remainder % $0.modulus)] }
    }
}
