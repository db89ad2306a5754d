import ControlProtocol
import Testing

struct JSONTests {
    @Test(arguments: [
        #"{"a":[1,-2,2.5,true,false,null],"b":{"c":"d"},"e":[],"f":{}}"#, #""\"\\\n\t\u0001é😀""#, "[[[]]]", "0",
        "-9223372036854775808",
    ])
    func textIsReadAndWrittenUnchanged(text: String) throws {
        let value = try JSON(parsing: Array(text.utf8))
        #expect(String(decoding: value.line, as: UTF8.self) == text)
    }

    static let otherForms: [(String, JSON)] = [
        (#""\u0041\u00e9\ud83d\ude00\/""#, JSON.string("Aé😀/")), (" { \"a\" : 1e3 } ", ["a": .number(1000)]),
        ("98765432109876543210", .number(98_765_432_109_876_543_488)),
    ]

    @Test(arguments: otherForms)
    func formsThatAreNotOursAreRead(text: String, value: JSON) throws {
        #expect(try JSON(parsing: Array(text.utf8)) == value)
    }

    @Test(arguments: [
        ("", 0), ("{", 1), ("[1,", 3), ("[1 2]", 3), (#"{"a" 1}"#, 5), (#"{a:1}"#, 1), (#""abc"#, 4), ("tru", 0),
        ("1 2", 2),
        ("\"\u{1}\"", 2), (#""\x""#, 3), (#""\ud83d""#, 7), ("1e999", 0), ("--1", 0), ("[1,]", 3),
    ])
    func brokenTextIsRefusedWithItsPlace(text: String, offset: Int) {
        #expect { try JSON(parsing: Array(text.utf8)) } throws: { ($0 as? JSONError)?.offset == offset }
    }

    @Test func invalidUTF8IsRefused() {
        #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0xFF, 0x22]) }
    }

    @Test func nestingIsLimited() {
        let text = String(repeating: "[", count: 100_000)
        #expect(throws: JSONError.self) { try JSON(parsing: Array(text.utf8)) }
    }

    @Test func prettyTextIsIndented() {
        let value: JSON = ["a": [1, 2], "b": [:]]
        #expect(String(decoding: value.pretty, as: UTF8.self) == "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}\n")
    }
}
