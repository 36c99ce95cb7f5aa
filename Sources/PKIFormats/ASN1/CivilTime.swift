import Foundation

/// A moment in UTC by its calendar fields, to the second: the two time types of ASN.1 without a calendar library.
struct CivilTime {
    var year: Int
    var month: Int
    var day: Int
    var hour: Int
    var minute: Int
    var second: Int

    /// Reads `YYMMDDHHMM[SS]Z` or `YYYYMMDDHHMM[SS]Z`. Offsets and fractions of seconds are refused.
    init?(_ bytes: [UInt8], isGeneralized: Bool) {
        let count = bytes.count - 1
        let yearDigits = isGeneralized ? 4 : 2
        guard count == yearDigits + 8 || count == yearDigits + 10, bytes[count] == UInt8(ascii: "Z"),
            bytes[..<count].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        func pair(_ position: Int) -> Int { Int(bytes[position]) * 10 + Int(bytes[position + 1]) - 11 * Int(UInt8(ascii: "0")) }
        let first = pair(0)
        year = isGeneralized ? first * 100 + pair(2) : first < 50 ? 2000 + first : 1900 + first
        (month, day, hour, minute) = (pair(yearDigits), pair(yearDigits + 2), pair(yearDigits + 4), pair(yearDigits + 6))
        second = count == yearDigits + 10 ? pair(yearDigits + 8) : 0
        guard (1...12).contains(month), (1...Self.length(ofMonth: month, year)).contains(day), hour < 24, minute < 60, second < 60 else {
            return nil
        }
    }

    /// Whole seconds of `date`, rounded down. Years outside 0...9999 become the nearest of these.
    init(_ date: Date) {
        let interval = date.timeIntervalSince1970
        let bounded = interval.isNaN ? 0 : min(max(interval.rounded(.down), -62_167_219_200), 253_402_300_799)
        let seconds = Int(bounded)
        let days = Int((bounded / 86_400).rounded(.down))
        let rest = seconds - days * 86_400
        (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
        // Days since 0000-03-01, in eras of 400 years; the year begins in March so that the leap day comes last.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var date: Date {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        return Date(timeIntervalSince1970: Double(days * 86_400 + hour * 3600 + minute * 60 + second))
    }

    /// Whether RFC 5280 §4.1.2.5 wants UTCTime for this year.
    var fitsUTCTime: Bool { (1950...2049).contains(year) }

    /// `YYYYMMDDHHMMSSZ`.
    var generalized: [UInt8] { Self.pair(year / 100) + shortened }

    /// `YYMMDDHHMMSSZ`.
    var shortened: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 13) { digits, count in
            for field in [year % 100, month, day, hour, minute, second] {
                digits[count] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: field / 10)
                digits[count + 1] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: field % 10)
                count += 2
            }
            digits[count] = UInt8(ascii: "Z")
            count += 1
        }
    }

    /// `YYYY-MM-DDTHH:MM:SSZ`.
    fileprivate var extended: String {
        String(unsafeUninitializedCapacity: 20) { text in
            var position = 0
            func put(_ field: Int, _ separator: Unicode.Scalar?) {
                text[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: field / 10)
                text[position + 1] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: field % 10)
                position += 2
                guard let separator else { return }
                text[position] = UInt8(ascii: separator)
                position += 1
            }
            put(year / 100, nil)
            put(year % 100, "-")
            put(month, "-")
            put(day, "T")
            put(hour, ":")
            put(minute, ":")
            put(second, "Z")
            return position
        }
    }

    /// Two digits of a number below 100.
    private static func pair(_ number: Int) -> [UInt8] {
        [UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / 10), UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10)]
    }

    private static func length(ofMonth month: Int, _ year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension Date {
    /// `2026-11-22T16:40:00Z`: whole seconds, rounded down (RFC 3339).
    package var utcText: String { CivilTime(self).extended }
}
