import EnrollmentCore
import Foundation

/// Ends the process between two durable steps, as a power cut would. The tests of recovery set `MUSTER_KILL_AT` to a checkpoint's name;
/// only a lab CA heeds it.
enum KillPoint {
    static let variable = "MUSTER_KILL_AT"

    static func wanted(isLab: Bool) -> Checkpoint? {
        isLab ? ProcessInfo.processInfo.environment[variable].flatMap(Checkpoint.init(rawValue:)) : nil
    }

    static func reached(_ point: Checkpoint?) -> @Sendable (Checkpoint) -> Void {
        guard let point else { return { _ in } }
        return { checkpoint in
            if checkpoint == point { kill(getpid(), SIGKILL) }
        }
    }
}
