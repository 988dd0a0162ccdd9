//! All builtins, file by file.

extension Builtin {
    package static let filters: [Builtin] =
        StringFilters.all + NumberFilters.all + ListFilters.all + SelectionFilters.all + DictFilters.all
        + SetFilters.all + RegexFilters.all + SerialisationFilters.all + EncodingFilters.all + ValueFilters.all
        + PathFilters.all + DateFilters.all + MarkupFilters.all + URLFilters.all + GeneralFilters.all
        + NetworkFilters.all + SubnetFilters.all + HardwareFilters.all + KeyFilters.all + VaultFilters.all
    package static let tests: [Builtin] =
        ValueTests.all + ComparisonTests.all + ResultTests.all + PathTests.all + TextTests.all + NetworkTests.all
    package static let globals: [Builtin] = TimeGlobals.all
}
