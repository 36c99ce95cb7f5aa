/// What the program prints; times in microseconds of processor time of the whole process.
struct IssuanceReport: Codable {
    let issuances: Int
    let tasks: Int
    let cpuPerIssuance: Double
    let csrVerifyPlusCertificateSign: Double
    let ratio: Double
}
