/// A type that XML Schema itself defines, reduced to what matters on the wire. Derived string types that add no rule of
/// their own here (`NCName`, `ID`, …) stand for themselves by [`Builtin::Token`] or [`Builtin::Name`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Builtin {
    /// `anySimpleType` and `anyType` as text: anything.
    Any,
    /// `string`.
    String,
    /// `normalizedString`.
    NormalizedString,
    /// `token` and what derives from it without a rule that is checked here.
    Token,
    /// `language`.
    Language,
    /// `Name`, `NCName`, `ID`, `IDREF`, `ENTITY`, `NMTOKEN`, `QName`, `NOTATION`: not empty, no blanks.
    Name,
    /// `NMTOKENS`, `IDREFS`, `ENTITIES`: names with blanks between them.
    Names,
    /// `anyURI`.
    AnyUri,
    /// `boolean`.
    Boolean,
    /// `decimal`.
    Decimal,
    /// `integer`.
    Integer,
    /// `nonPositiveInteger`.
    NonPositiveInteger,
    /// `negativeInteger`.
    NegativeInteger,
    /// `nonNegativeInteger`.
    NonNegativeInteger,
    /// `positiveInteger`.
    PositiveInteger,
    /// `long` (ABAP INT8).
    Long,
    /// `int` (ABAP INT4).
    Int,
    /// `short` (ABAP INT2).
    Short,
    /// `byte`.
    Byte,
    /// `unsignedLong`.
    UnsignedLong,
    /// `unsignedInt`.
    UnsignedInt,
    /// `unsignedShort`.
    UnsignedShort,
    /// `unsignedByte` (ABAP INT1).
    UnsignedByte,
    /// `float`.
    Float,
    /// `double` (ABAP FLTP).
    Double,
    /// `precisionDecimal` (ABAP DECFLOAT).
    PrecisionDecimal,
    /// `dateTime`.
    DateTime,
    /// `date` (ABAP DATS).
    Date,
    /// `time` (ABAP TIMS).
    Time,
    /// `duration`.
    Duration,
    /// `gYearMonth`.
    GYearMonth,
    /// `gYear`.
    GYear,
    /// `gMonthDay`.
    GMonthDay,
    /// `gDay`.
    GDay,
    /// `gMonth`.
    GMonth,
    /// `hexBinary`.
    HexBinary,
    /// `base64Binary` (ABAP RAW, RAWSTRING).
    Base64Binary,
}

/// The names of the types as XML Schema writes them.
pub(super) const BUILTINS: &[(&str, Builtin)] = &[
    ("anySimpleType", Builtin::Any),
    ("anyAtomicType", Builtin::Any),
    ("string", Builtin::String),
    ("normalizedString", Builtin::NormalizedString),
    ("token", Builtin::Token),
    ("language", Builtin::Language),
    ("Name", Builtin::Name),
    ("NCName", Builtin::Name),
    ("ID", Builtin::Name),
    ("IDREF", Builtin::Name),
    ("IDREFS", Builtin::Names),
    ("ENTITY", Builtin::Name),
    ("ENTITIES", Builtin::Names),
    ("NMTOKEN", Builtin::Name),
    ("NMTOKENS", Builtin::Names),
    ("QName", Builtin::Name),
    ("NOTATION", Builtin::Name),
    ("anyURI", Builtin::AnyUri),
    ("boolean", Builtin::Boolean),
    ("decimal", Builtin::Decimal),
    ("integer", Builtin::Integer),
    ("nonPositiveInteger", Builtin::NonPositiveInteger),
    ("negativeInteger", Builtin::NegativeInteger),
    ("nonNegativeInteger", Builtin::NonNegativeInteger),
    ("positiveInteger", Builtin::PositiveInteger),
    ("long", Builtin::Long),
    ("int", Builtin::Int),
    ("short", Builtin::Short),
    ("byte", Builtin::Byte),
    ("unsignedLong", Builtin::UnsignedLong),
    ("unsignedInt", Builtin::UnsignedInt),
    ("unsignedShort", Builtin::UnsignedShort),
    ("unsignedByte", Builtin::UnsignedByte),
    ("float", Builtin::Float),
    ("double", Builtin::Double),
    ("precisionDecimal", Builtin::PrecisionDecimal),
    ("dateTime", Builtin::DateTime),
    ("dateTimeStamp", Builtin::DateTime),
    ("date", Builtin::Date),
    ("time", Builtin::Time),
    ("duration", Builtin::Duration),
    ("yearMonthDuration", Builtin::Duration),
    ("dayTimeDuration", Builtin::Duration),
    ("gYearMonth", Builtin::GYearMonth),
    ("gYear", Builtin::GYear),
    ("gMonthDay", Builtin::GMonthDay),
    ("gDay", Builtin::GDay),
    ("gMonth", Builtin::GMonth),
    ("hexBinary", Builtin::HexBinary),
    ("base64Binary", Builtin::Base64Binary),
];

/// Is this the name of one of XML Schema's own simple types?
pub(crate) fn is_builtin(name: &str) -> bool {
    BUILTINS.iter().any(|(known, _)| *known == name)
}

impl Builtin {
    /// Is white space kept as it stands? (For all other types blanks at both ends do not count.)
    pub fn keeps_blanks(self) -> bool {
        matches!(self, Self::Any | Self::String | Self::NormalizedString)
    }

    /// Text without a rule of its own.
    pub fn is_text(self) -> bool {
        matches!(
            self,
            Self::Any | Self::String | Self::NormalizedString | Self::Token | Self::Language | Self::AnyUri
        )
    }

    /// Whole numbers: the smallest and the largest value, where there is one.
    pub fn integer_range(self) -> Option<(Option<i128>, Option<i128>)> {
        Some(match self {
            Self::Integer => (None, None),
            Self::NonPositiveInteger => (None, Some(0)),
            Self::NegativeInteger => (None, Some(-1)),
            Self::NonNegativeInteger => (Some(0), None),
            Self::PositiveInteger => (Some(1), None),
            Self::Long => (Some(i64::MIN.into()), Some(i64::MAX.into())),
            Self::Int => (Some(i32::MIN.into()), Some(i32::MAX.into())),
            Self::Short => (Some(i16::MIN.into()), Some(i16::MAX.into())),
            Self::Byte => (Some(i8::MIN.into()), Some(i8::MAX.into())),
            Self::UnsignedLong => (Some(0), Some(u64::MAX.into())),
            Self::UnsignedInt => (Some(0), Some(u32::MAX.into())),
            Self::UnsignedShort => (Some(0), Some(u16::MAX.into())),
            Self::UnsignedByte => (Some(0), Some(u8::MAX.into())),
            _ => return None,
        })
    }
}
