import Foundation

/// Whether the files of a CA are there and closed to others.
struct FileChecks {
    let configuration: Configuration
    let directory: DataDirectory

    func findings() -> [Finding] {
        var findings = [check(directory.path, forbidden: 0o022)]
        findings.append(check(directory.file(configuration.database)))
        findings.append(check(directory.file(configuration.keys)))
        let keys = directory.file(configuration.keys)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: keys)) ?? [] {
            findings.append(check(keys + "/" + name))
        }
        for path in [configuration.passphraseFile.map(directory.file), configuration.lab ? directory.labCredentials : nil].compactMap({ $0 }
        ) {
            findings.append(check(path))
        }
        let problems = findings.filter { $0.level != .fine }
        return problems.isEmpty ? [Finding(.fine, "the files are there, and closed to others")] : problems
    }

    /// - Parameter forbidden: the permissions that others must not have; a directory of private files may be looked into.
    private func check(_ path: String, forbidden: Int = 0o077) -> Finding {
        guard let mode = (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions] as? Int else {
            return Finding(.problem, "\(path) is missing")
        }
        guard mode & forbidden == 0 else {
            return Finding(.problem, "\(path) is open to others (mode \(String(mode, radix: 8))): `chmod go= \(path)`")
        }
        return Finding(.fine, path)
    }
}
