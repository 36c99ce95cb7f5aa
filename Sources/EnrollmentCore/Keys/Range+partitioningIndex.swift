extension Range where Bound == Int {
    /// The first index from which `isInSecondPart` holds, found in as many steps as the count has bits; the end where it never does. Before that index
    /// it must not hold, from there on it must.
    func partitioningIndex(where isInSecondPart: (Int) -> Bool) -> Int {
        var (low, high) = (lowerBound, upperBound)
        while low < high {
            let middle = low + (high - low) / 2
            if isInSecondPart(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
