/// What the program prints.
struct SearchReport: Encodable {
    struct Answer: Encodable {
        let milliseconds: Double
        let rows: Int
    }

    let certificates: Int
    /// Of the background job that fills the index.
    let indexingMicrosecondsEach: Double
    let answers: [String: Answer]
}
