import DirectorCore
import Logging

extension EventRecord.Severity {
    var level: Logger.Level {
        switch self {
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}
