//! The names that Python gives to the types of values, for messages and for `type_debug`.

import Diagnostics

extension Value {
    /// `str`, `int`, `NoneType`, …, as Python's `type(value).__name__`.
    package var typeName: String {
        switch self {
        case .none: "NoneType"
        case .bool: "bool"
        case .int, .big: "int"
        case .float: "float"
        case .string: "str"
        case .list: "list"
        case .tuple: "tuple"
        case .dict: "dict"
        case .date(let date): date.time == nil ? "date" : "datetime"
        case .bytes: "bytes"
        case .object(let object): object.typeName
        case .undefined: "Undefined"
        }
    }
}
