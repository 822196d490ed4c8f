//! The journal's own words, as the shell sees them: restated for uniffi, the same types underneath, so that nothing is converted.

pub(crate) use quanji_evidence::body::{
    AwayGround, Cause, ChecklistState, Confirmed, Delivering, EndedHow, Excuse, Filming, KeyContent, Location,
    NoticeOf, ObstructionKind, OpeningElement, Party, PlaceHow, ReasonHow, Secrecy, ServiceMethod, Speech, StageOf,
    Started, Temperature, Told, Track,
};
pub(crate) use quanji_evidence::entry::{ActorProof, Flag};
pub(crate) use quanji_rules::{CompanionLine, Language, Phase, PreflightNote};

#[uniffi::remote(Enum)]
pub enum ActorProof {
    DeviceUnlock,
    Pin,
    Biometric,
    None,
}

#[uniffi::remote(Enum)]
pub enum Flag {
    BeforeOpening,
    BeforeResumeReason,
    NotRecording,
    AfterEnd,
    LookingBack,
}

#[uniffi::remote(Enum)]
pub enum PreflightNote {
    BatteryLow,
    SpaceLow,
    CameraNotDelivering,
    MicrophoneNotDelivering,
    ClockOff,
    ClockUnchecked,
    NoLocation,
    LocationDenied,
    BatterySaver,
    Hot,
    CameraDenied,
    MicrophoneDenied,
    NotificationsDenied,
    BackgroundRestricted,
}

#[uniffi::remote(Enum)]
pub enum Phase {
    Idle,
    Open,
    Recording,
    Interrupted,
    Ended,
    Sealed,
}

#[uniffi::remote(Enum)]
pub enum Delivering {
    Delivering,
    Absent,
    Failed,
}

#[uniffi::remote(Enum)]
pub enum Location {
    Fix,
    None,
    Denied,
}

#[uniffi::remote(Enum)]
pub enum Temperature {
    Normal,
    Warm,
    Hot,
}

#[uniffi::remote(Enum)]
pub enum Started {
    Button,
    Emergency,
    Key,
    Tile,
    Shortcut,
    Feeder,
}

#[uniffi::remote(Enum)]
pub enum Cause {
    Start,
    Officer,
    PhoneCall,
    MicrophoneLost,
    CameraLost,
    Encoder,
    DiskFull,
    DiskStalled,
    Heat,
    Battery,
    ProcessKilled,
    Reboot,
    Permission,
    FormatChange,
    Stamps,
    Screen,
    Unknown,
}

#[uniffi::remote(Enum)]
pub enum Track {
    Video,
    Audio,
}

#[uniffi::remote(Enum)]
pub enum EndedHow {
    Officer,
    CutForGood,
    HandedOver,
}

#[uniffi::remote(Enum)]
pub enum PlaceHow {
    Typed,
    Satellite,
    Network,
}

#[uniffi::remote(Enum)]
pub enum Party {
    Named,
    ToBeEstablished,
    NobodyPresent,
}

#[uniffi::remote(Enum)]
pub enum OpeningElement {
    Time,
    Place,
    Officers,
    Matter,
    Party,
    Stages,
    Notice,
    NobodyPresent,
}

#[uniffi::remote(Enum)]
pub enum Confirmed {
    Now,
    LookingBack,
    No,
}

#[uniffi::remote(Enum)]
pub enum Speech {
    Detected,
    Short,
    NotDetected,
    NotMeasured,
}

#[uniffi::remote(Enum)]
pub enum Language {
    Chinese,
    English,
}

#[uniffi::remote(Enum)]
pub enum CompanionLine {
    Certificates,
    Recusal,
    StatementAndDefence,
}

#[uniffi::remote(Enum)]
pub enum Told {
    Spoken,
    Interpreted,
    Shown,
}

#[uniffi::remote(Enum)]
pub enum ReasonHow {
    Spoken,
    Preset,
}

#[uniffi::remote(Enum)]
pub enum Excuse {
    ActFirst,
    CoveredByActivity,
    Explained,
}

#[uniffi::remote(Enum)]
pub enum NoticeOf {
    Recording,
    Latecomers,
    Secrets,
}

#[uniffi::remote(Enum)]
pub enum StageOf {
    Initiation,
    Investigation,
    Decision,
    ServiceEnforcement,
    Filing,
}

#[uniffi::remote(Enum)]
pub enum KeyContent {
    Times,
    Surroundings,
    Persons,
    Objects,
    Measures,
    Documents,
    Other,
}

#[uniffi::remote(Enum)]
pub enum ChecklistState {
    Recorded,
    NotApplicable,
    Open,
}

#[uniffi::remote(Enum)]
pub enum Filming {
    SomeoneFilms,
    Told,
    ToldSecrets,
    Explained,
}

#[uniffi::remote(Enum)]
pub enum Secrecy {
    StateSecret,
    BusinessSecret,
    Privacy,
    Minor,
}

#[uniffi::remote(Enum)]
pub enum ServiceMethod {
    Direct,
    Left,
    Entrusted,
    Posted,
    Announced,
    Electronic,
    Transferred,
}

#[uniffi::remote(Enum)]
pub enum ObstructionKind {
    Violence,
    Threat,
    Other,
}

#[uniffi::remote(Enum)]
pub enum AwayGround {
    Continuous,
    Elsewhere,
    Remote,
    PoorTransport,
}

/// The journal's word for an element that the rules name.
pub(crate) fn opening_element(element: quanji_rules::OpeningElement) -> OpeningElement {
    use quanji_rules::OpeningElement as R;
    match element {
        R::Time => OpeningElement::Time,
        R::Place => OpeningElement::Place,
        R::Officers => OpeningElement::Officers,
        R::Matter => OpeningElement::Matter,
        R::Party => OpeningElement::Party,
        R::Stages => OpeningElement::Stages,
        R::Notice => OpeningElement::Notice,
        R::NobodyPresent => OpeningElement::NobodyPresent,
    }
}

/// The journal's word for a track that the rules name.
pub(crate) fn track(track: quanji_rules::Track) -> Track {
    match track {
        quanji_rules::Track::Video => Track::Video,
        quanji_rules::Track::Audio => Track::Audio,
    }
}

pub(crate) use quanji_evidence::receipt::{ReceiptKind, ReceiptOnTime};
pub(crate) use quanji_store::{RecordState, Term, UploadKind};
pub(crate) use quanji_upload::{FreedBy, Network, Waits};

#[uniffi::remote(Enum)]
pub enum RecordState {
    Recording,
    Interrupted,
    Ended,
    Sealed,
    Stored,
    Unreadable,
}

#[uniffi::remote(Enum)]
pub enum Term {
    None,
    Running,
    Provisional,
    WaitingForReturn,
}

#[uniffi::remote(Enum)]
pub enum UploadKind {
    Opened,
    Lines,
    Private,
    File,
    Init,
    Segment,
    Receipt,
}

#[uniffi::remote(Enum)]
pub enum Network {
    None,
    Free,
    Paid,
    Dock,
}

#[uniffi::remote(Enum)]
pub enum FreedBy {
    Time,
    Network,
    Person,
}

#[uniffi::remote(Enum)]
pub enum ReceiptOnTime {
    Yes,
    No,
    Undetermined,
}

#[uniffi::remote(Enum)]
pub enum ReceiptKind {
    System,
    DesignatedStorage,
}

#[uniffi::remote(Enum)]
pub enum Waits {
    Queued,
    Recording,
    NotEnrolled,
    NoNetwork,
    NeedsFreeNetwork,
    AgencyUnreachable,
    AgencyBusy,
    AgencyFull,
    AgencyFailed,
    CutOff,
    DamagedOnTheWay,
    BegunAnew,
    ReceiptPending,
    RecordIncomplete,
    ClockOff,
    AgencyNotAuthentic,
    DeviceRevoked,
    DeviceUnknown,
    AgencyRefusesDevice,
    LinesContradict,
    LinesRefused,
    PrivateContradicts,
    FileDamaged,
    FileLost,
    FileRefused,
    ReceiptNotValid,
    PurgeFailed,
    StateSecret,
    ProgramsDiffer,
}

/// The rules' word for a cause that the journal names.
pub(crate) fn cause(cause: Cause) -> quanji_rules::Cause {
    use quanji_rules::Cause as R;
    match cause {
        Cause::Start => R::Start,
        Cause::Officer => R::Officer,
        Cause::PhoneCall => R::PhoneCall,
        Cause::MicrophoneLost => R::MicrophoneLost,
        Cause::CameraLost => R::CameraLost,
        Cause::Encoder => R::Encoder,
        Cause::DiskFull => R::DiskFull,
        Cause::DiskStalled => R::DiskStalled,
        Cause::Heat => R::Heat,
        Cause::Battery => R::Battery,
        Cause::ProcessKilled => R::ProcessKilled,
        Cause::Reboot => R::Reboot,
        Cause::Permission => R::Permission,
        Cause::FormatChange => R::FormatChange,
        Cause::Stamps => R::Stamps,
        Cause::Screen => R::Screen,
        Cause::Unknown => R::Unknown,
    }
}
