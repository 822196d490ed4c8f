//! Why a command could not do what was asked: Chinese first, then English. No name, number or place of anyone stands in it.

use std::io;

use quanji_evidence::id::RecordId;
use quanji_media::MediaFault;
use quanji_recorder::{ExportFault, OpenFault, RecorderFault};
use quanji_rules::InstantFault;
use thiserror::Error;

use crate::timeline::TimelineFault;

#[derive(Debug, Error)]
pub(crate) enum Fault {
    #[error("这里没有证据库 · there is no vault here; `record` makes one")]
    NoVault,
    #[error("证据库所在的存储出错 · the vault's disk failed: {0}")]
    Disk(#[source] io::Error),
    #[error("密钥目录出错 · the folder of keys failed: {0}")]
    Keys(#[source] io::Error),
    #[error(
        "密钥文件 {name} 应为 {expected} 字节，实为 {found} · key file {name}: {expected} bytes expected, {found} found"
    )]
    KeyFile { name: &'static str, expected: usize, found: usize },
    #[error(
        "证据库尚在而 {name} 不见了，不能另造 · the vault is there and {name} is gone; another one would open nothing"
    )]
    KeyGone { name: &'static str },
    #[error("设备文件有误 · device.toml is damaged: {wanted}")]
    DeviceFile { wanted: String },
    #[error("时钟文件有误 · the clock's file is damaged: {wanted}")]
    ClockFile { wanted: String },
    #[error("读不到本次启动的标识 · this boot's id cannot be read: {0}")]
    BootId(#[source] io::Error),
    #[error("取不到随机数 · no random bytes could be had")]
    NoChance,
    #[error(
        "证据库正被本机的另一程序使用，请待其结束（录制不受影响） · another program of this phone has the vault; try again when it has ended"
    )]
    InUse,
    #[error("证据库打不开 · the vault cannot be opened: {0}")]
    Open(OpenFault),
    #[error("视频文件打不开 · the clip cannot be read: {0}")]
    ClipFile(#[source] io::Error),
    #[error("不是可用的 MP4 · not an MP4 that can be fed: {0}")]
    Clip(#[from] MediaFault),
    #[error("PCM 文件打不开 · the PCM cannot be read: {0}")]
    PcmFile(#[source] io::Error),
    #[error("PCM 应为 16 位，字节数须为偶数，实为 {bytes} · PCM of 16 bits has an even number of bytes, found {bytes}")]
    PcmOdd { bytes: u64 },
    #[error("时间表 · the timeline: {0}")]
    Timeline(#[from] TimelineFault),
    #[error("从 {from_s} 秒起没有可录的画面 · nothing to record from {from_s} s on; the clip ends at {end_s} s")]
    FromBeyondEnd { from_s: f64, end_s: f64 },
    #[error("{0}")]
    Recorder(#[from] RecorderFault),
    #[error("记录在输入结束前停止了 · the record stopped before its input ended")]
    Stopped,
    #[error(
        "应恰有一份未封存的记录，实有 {found} 份；请写明编号 · exactly one record that is not sealed is expected, {found} found: name it"
    )]
    NotOneOpen { found: usize },
    #[error("{action} 不能事后补充 · {action} cannot be added later")]
    NotLater { action: &'static str },
    #[error("不是执法人员在记录中的编号（o1 …） · not an officer's number in a record: o1 …")]
    Officer,
    #[error("kill 用不了 · `kill` cannot be run: {0}")]
    Kill(#[source] io::Error),
    #[error("不是记录编号（应为 32 位十六进制小写） · not a record id: 32 lower-case hex digits")]
    RecordId,
    #[error("没有记录 {0} · there is no record {0}")]
    NoSuchRecord(RecordId),
    #[error("没有可导出的记录 · there is nothing to export")]
    NothingToExport,
    #[error("导出失败 · the export failed: {0}")]
    Export(#[from] ExportFault),
    #[error("文件写不了 · the file cannot be written: {0}")]
    Out(#[source] io::Error),
    #[error("文件打不开 · the file cannot be read: {0}")]
    In(#[source] io::Error),
    #[error("时间写法有误 · not an instant: {0}")]
    Instant(#[from] InstantFault),
    #[error("节假日安排文件有误 · the calendar file: {0}")]
    Calendar(#[from] quanji_rules::CalendarFault),
    #[error("录制尚未结束，期限未起算 · the recording has not ended: no term runs yet")]
    NotEnded,
    #[error("本机尚未登记 · this phone is not enrolled; `enrol` does that")]
    NotEnrolled,
    #[error("登记码有误 · not a code: {0}")]
    Invitation(#[from] quanji_upload::code::InvitationFault),
    #[error("登记请求做不成 · the request could not be made: {0}")]
    Enrol(#[from] quanji_upload::enrol::EnrolFault),
    #[error(
        "对方不能证明是发码的机关，什么也没有保留 · the answer is not of the agency that made the code; nothing is kept: {0}"
    )]
    NotAuthentic(#[from] quanji_upload::enrol::NotAuthentic),
    #[error("所存的机关信息不能自证 · what is kept of the agency does not prove itself: {0}")]
    Trust(#[from] quanji_upload::trust::TrustFault),
    #[error("地址有误 · the address: {0}")]
    Address(#[from] quanji_upload::AddressFault),
    #[error("机关系统没有接受 · the agency: {0}")]
    Agency(#[from] quanji_upload::AgencyFault),
    #[error("上传未能进行 · the upload could not go on: {0}")]
    Holder(#[from] quanji_upload::HolderFault),
    #[error("第 {line} 行不是回执 · line {line} is no receipt")]
    NoReceipt { line: usize },
    #[error("程序无法联网 · no requests can be made: {0}")]
    Runtime(#[source] io::Error),
    #[error("{0}")]
    Act(#[from] crate::act::ActFault),
}

impl Fault {
    /// A word for `--json`.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Fault::NoVault => "no_vault",
            Fault::Disk(_) => "disk",
            Fault::Keys(_) => "keys",
            Fault::KeyFile { .. } => "key_file",
            Fault::KeyGone { .. } => "key_gone",
            Fault::DeviceFile { .. } => "device_file",
            Fault::ClockFile { .. } => "clock_file",
            Fault::BootId(_) => "boot_id",
            Fault::NoChance => "no_chance",
            Fault::InUse => "in_use",
            Fault::Open(_) => "open",
            Fault::ClipFile(_) => "clip_file",
            Fault::Clip(_) => "clip",
            Fault::PcmFile(_) => "pcm_file",
            Fault::PcmOdd { .. } => "pcm_odd",
            Fault::Timeline(_) => "timeline",
            Fault::FromBeyondEnd { .. } => "from_beyond_end",
            Fault::Recorder(_) => "recorder",
            Fault::Stopped => "stopped",
            Fault::NotOneOpen { .. } => "not_one_open",
            Fault::NotLater { .. } => "not_later",
            Fault::Officer => "officer",
            Fault::Kill(_) => "kill",
            Fault::RecordId => "record_id",
            Fault::NoSuchRecord(_) => "no_such_record",
            Fault::NothingToExport => "nothing_to_export",
            Fault::Export(_) => "export",
            Fault::Out(_) => "out",
            Fault::In(_) => "in",
            Fault::Instant(_) => "instant",
            Fault::Calendar(_) => "calendar",
            Fault::NotEnded => "not_ended",
            Fault::NotEnrolled => "not_enrolled",
            Fault::Invitation(_) => "invitation",
            Fault::Enrol(_) => "enrol",
            Fault::NotAuthentic(_) => "enrolment_not_authentic",
            Fault::Trust(_) => "agency_not_authentic",
            Fault::Address(_) => "address",
            Fault::Agency(quanji_upload::AgencyFault::Refused { refusal, .. }) => refusal.code.word(),
            Fault::Agency(quanji_upload::AgencyFault::Unreachable) => "agency_unreachable",
            Fault::Agency(quanji_upload::AgencyFault::OutsideContract { .. }) => "outside_contract",
            Fault::Holder(_) => "upload",
            Fault::NoReceipt { .. } => "no_receipt",
            Fault::Runtime(_) => "runtime",
            Fault::Act(_) => "act",
        }
    }

    /// Whether the command was asked for something that cannot be, as against something that failed.
    pub(crate) fn is_misuse(&self) -> bool {
        matches!(
            self,
            Fault::NoVault
                | Fault::ClipFile(_)
                | Fault::Clip(_)
                | Fault::PcmFile(_)
                | Fault::PcmOdd { .. }
                | Fault::Timeline(_)
                | Fault::FromBeyondEnd { .. }
                | Fault::NotOneOpen { .. }
                | Fault::NotLater { .. }
                | Fault::Officer
                | Fault::RecordId
                | Fault::NoSuchRecord(_)
                | Fault::NothingToExport
                | Fault::In(_)
                | Fault::NotEnrolled
                | Fault::NoReceipt { .. }
                | Fault::Invitation(_)
                | Fault::Address(_)
                | Fault::Instant(_)
                | Fault::Calendar(_)
        )
    }
}

impl From<quanji_upload::NotBrought> for Fault {
    fn from(fault: quanji_upload::NotBrought) -> Fault {
        match fault {
            quanji_upload::NotBrought::Form { line } => Fault::NoReceipt { line },
            quanji_upload::NotBrought::Holder(fault) => Fault::Holder(fault),
        }
    }
}

impl From<OpenFault> for Fault {
    fn from(fault: OpenFault) -> Fault {
        match fault {
            OpenFault::Vault(quanji_store::OpenError::InUse) => Fault::InUse,
            fault => Fault::Open(fault),
        }
    }
}
