import Testing

/// One lab server for all of these suites; each is an extension in a file of its own.
@Suite("Real clients enroll against the real server", .oneServer, .timeLimit(.minutes(10)))
enum InteropTests {}
