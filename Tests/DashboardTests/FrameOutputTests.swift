import ControlProtocol
import Dashboard
import DirectorCore
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

/// As much of a terminal as the dashboard uses: a grid, a cursor, attributes.
struct Screen {
    let size: Size
    var grid: [[(scalar: Unicode.Scalar?, attributes: String)]]
    var row = 0
    var column = 0
    var attributes = "0"

    init(_ size: Size) {
        self.size = size
        grid = Array(repeating: Array(repeating: (" ", "?"), count: size.columns), count: size.rows)
    }

    mutating func take(_ bytes: [UInt8]) {
        var scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)[...]
        while let scalar = scalars.popFirst() {
            if scalar == "\u{1B}" {
                _ = scalars.popFirst()
                let parameters = String(
                    String.UnicodeScalarView(scalars.prefix { $0 == ";" || ("0"..."9").contains($0) }))
                scalars = scalars.dropFirst(parameters.unicodeScalars.count)
                command(scalars.popFirst(), parameters)
                continue
            }
            let width = CharacterWidth.columns(scalar) ?? 1
            grid[row][column] = (scalar, attributes)
            if width == 2 { grid[row][column + 1] = (nil, attributes) }
            column += width
        }
    }

    private mutating func command(_ final: Unicode.Scalar?, _ parameters: String) {
        switch final {
        case "H":
            let numbers = parameters.split(separator: ";").compactMap { Int($0) }
            (row, column) = (numbers[0] - 1, numbers[1] - 1)
        case "m": attributes = parameters
        default: grid = Screen(size).grid.map { $0.map { _ in (" ", "0") } }
        }
    }

    func shows(_ frame: Frame, _ palette: Palette) -> Bool {
        (0..<size.rows).allSatisfy { row in
            (0..<size.columns).allSatisfy { column in
                let cell = frame[row, column]
                let parameters = palette.parameters(cell.style)
                let wanted = parameters.isEmpty ? "0" : "0;\(parameters)"
                return grid[row][column].scalar == cell.scalar
                    && (cell.scalar == nil || grid[row][column].attributes == wanted)
            }
        }
    }
}

struct FrameOutputTests {
    /// Linear congruential, so that a failure can be repeated.
    struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 31)
        }
    }

    @Test(arguments: [Palette.colours, .monochrome])
    func whateverChangesTheScreenShowsTheFrame(palette: Palette) {
        var numbers = Numbers(state: 7)
        let size = Size(columns: 60, rows: 12)
        var screen = Screen(size)
        var output = FrameOutput(palette)
        var frame = Frame(size)
        let words = ["plain", "世界の", "e\u{301}", "▁▂▃", "x", "🙂 smile", "             ", "ｆｕｌｌ"]
        let styles: [Style] = [.plain, .bad, .good, .warning, .dim, .selected]
        for _ in 0..<400 {
            for _ in 0..<Int.random(in: 0..<6, using: &numbers) {
                frame.write(
                    words.randomElement(using: &numbers) ?? "", row: Int.random(in: 0..<12, using: &numbers),
                    column: Int.random(in: 0..<60, using: &numbers),
                    style: styles.randomElement(using: &numbers) ?? .plain)
            }
            screen.take(output.bytes(for: frame))
            #expect(screen.shows(frame, palette))
        }
    }

    @Test func anUnchangedFrameCostsNothing() throws {
        var state = try SmallFarm.state()
        state.settle(Size(columns: 80, rows: 24))
        let frame = state.frame(Size(columns: 80, rows: 24), at: SmallFarm.now)
        var output = FrameOutput(.colours)
        #expect(output.bytes(for: frame).count > 1000)
        #expect(output.bytes(for: frame) == [])
        output.forget()
        #expect(output.bytes(for: frame).count > 1000)
    }

    @Test func aSecondThatPassesCostsAFewBytes() throws {
        var state = try SmallFarm.state()
        let size = Size(columns: 80, rows: 24)
        state.settle(size)
        var output = FrameOutput(.colours)
        _ = output.bytes(for: state.frame(size, at: SmallFarm.now))
        let next = WallTime(milliseconds: SmallFarm.now.milliseconds + 1000)
        let taken = state.take(.update(SnapshotUpdate(time: next)))
        #expect(taken)
        let bytes = output.bytes(for: state.frame(size, at: next))
        #expect(bytes.count < 400, "\(bytes.count) bytes for a clock, an age and the bars")
    }
}
