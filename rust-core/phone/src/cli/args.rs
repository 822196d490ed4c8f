//! What may be asked.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

/// 没有安卓的执法记录手机：同一个记录内核，由媒体文件输入。
///
/// The same recorder as on the phone, fed from media files. Exit 0: done; 1: not done, or not all of it; 2: misuse.
#[derive(Debug, Parser)]
#[command(name = "quanji-phone", version)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// 由视频文件录制一份记录 · Record from a clip
    Record(RecordArgs),
    /// 列出记录：状态、还差什么、存储期限 · List records: where they stand, what is owed, by when
    Status(StatusArgs),
    /// 结束一份被中断的记录 · End a record that was cut off
    End(EndArgs),
    /// 事后补充：书面说明、异地情形、返回、更正、误录、描述 · Add later to a record that is not running
    Add(AddArgs),
    /// 导出证据包 · Write a bundle
    Export(ExportArgs),
    /// 计算存储期限（第十七条） · Reckon the deadline of two working days (Art. 17)
    Deadline(DeadlineArgs),
    /// 用单位给的登记码登记本机 · Enrol this phone with a code of the unit
    Enrol(EnrolArgs),
    /// 上传到机关系统，凭回执释放空间 · Send what waits to the agency; a verified receipt frees its space
    Upload(UploadArgs),
    /// 列出等待上传的内容、原因和办法 · What waits for the agency, why, and what frees it
    Queue(QueueArgs),
    /// 收取指定储存器带回的回执 · Take receipts that came back from a dock, and free what they cover
    Receipts(ReceiptsArgs),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Place {
    /// 证据库和密钥所在目录 · The folder of vault and keys
    #[arg(long, value_name = "DIR")]
    pub(crate) vault: PathBuf,
    /// 输出 JSON · Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct RecordArgs {
    #[command(flatten)]
    pub(crate) place: Place,
    /// 拍到的画面和声音（H.264 或 HEVC 加 AAC 的 MP4） · What is filmed: an MP4 of H.264 or HEVC and AAC
    #[arg(long, value_name = "CLIP")]
    pub(crate) input: PathBuf,
    /// 麦克风的 PCM（16 kHz 单声道 s16le） · What the microphone hears: 16 kHz mono s16le
    #[arg(long, value_name = "FILE")]
    pub(crate) pcm: Option<PathBuf>,
    /// 执法人员的动作（TOML） · What the officer does, as TOML
    #[arg(long, value_name = "FILE")]
    pub(crate) timeline: Option<PathBuf>,
    /// 实时，或尽快 · At real time, or as fast as the disk acknowledges
    #[arg(long, value_enum, default_value_t = Speed::Real)]
    pub(crate) speed: Speed,
    /// 继续这份记录 · Take up this record, or the only one that can be
    #[arg(long, value_name = "RECORD", num_args = 0..=1, default_missing_value = "only")]
    pub(crate) take_up: Option<String>,
    /// 如何开始 · How it is started
    #[arg(long, value_enum, default_value_t = Start::Feeder, conflicts_with = "take_up")]
    pub(crate) started: Start,
    /// 从视频的第几秒开始 · From which second of the clip on
    #[arg(long, value_name = "S", default_value_t = 0.0)]
    pub(crate) from: f64,
    /// 开始前过去的秒数（模拟） · Simulated seconds that pass first
    #[arg(long, value_name = "S", default_value_t = 0.0)]
    pub(crate) later: f64,
    /// 录制时即上传：只送最新一行，或连同日志、照片和已完成的分段 · While recording, send the newest line, or lines, photos and film too
    #[arg(long, value_enum, value_name = "WHAT", num_args = 0..=1, default_missing_value = "all")]
    pub(crate) live: Option<Live>,
    /// 每隔多少秒送最新一行 · Seconds between two of the newest lines
    #[arg(long, value_name = "S", default_value_t = quanji_upload::HEAD_EVERY_S, requires = "live",
          value_parser = clap::value_parser!(u64).range(1..=3_600))]
    pub(crate) head_every_s: u64,
    /// 录制时的网络 · The network meanwhile: nobody pays, or the officer does
    #[arg(long, value_enum, default_value_t = Net::Free, requires = "live")]
    pub(crate) network: Net,
    /// 同意用自费流量上传这么多 MB 的影像 · A yes to so many MB of film over a paid network
    #[arg(long, value_name = "N", requires = "live")]
    pub(crate) consent_mb: Option<u64>,
    /// 改用这个地址 · Another address of the same agency
    #[arg(long, value_name = "URL", requires = "live")]
    pub(crate) url: Option<String>,
    /// 逐帧报告已接收和已落盘 · Print every unit accepted and every acknowledgement, one JSON object a line
    #[arg(long)]
    pub(crate) trace: bool,
}

/// What goes to the agency while the camera runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Live {
    Heads,
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Speed {
    Real,
    Fast,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Start {
    Feeder,
    Button,
    Emergency,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) place: Place,
    /// 再读入一份节假日安排 · Import one more calendar
    #[arg(long, value_name = "FILE")]
    pub(crate) calendar: Vec<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct EndArgs {
    #[command(flatten)]
    pub(crate) place: Place,
    /// 记录编号 · The record
    pub(crate) record: String,
    /// 由执法人员结束，或无法继续 · Ended by the officer, or cut for good
    #[arg(long, value_enum, default_value_t = How::Officer)]
    pub(crate) how: How,
    /// 执法人员在记录中的编号 · The officer's number in the record, o1 …
    #[arg(long, value_name = "oN")]
    pub(crate) actor: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum How {
    Officer,
    CutForGood,
    HandedOver,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct AddArgs {
    #[command(flatten)]
    pub(crate) place: Place,
    /// 记录编号 · The record
    pub(crate) record: String,
    /// 动作（写法同时间表，不写时间） · What is added, as in a timeline and without instants: a TOML file, - for standard input
    #[arg(value_name = "FILE")]
    pub(crate) what: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub(crate) place: Place,
    /// 证据包 · Where the bundle goes; replaced when it is there
    #[arg(long, value_name = "BUNDLE")]
    pub(crate) out: PathBuf,
    /// 用途 · What for
    #[arg(long, value_enum, default_value_t = For::Backup)]
    pub(crate) purpose: For,
    /// 记录编号；不写则导出全部 · The records; all when none is named
    pub(crate) records: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum For {
    Backup,
    Court,
    Party,
    StatutoryPower,
    Publication,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct EnrolArgs {
    #[command(flatten)]
    pub(crate) place: Place,
    /// 登记码，或二维码中的文字 · The code, or the text of its QR code
    #[arg(value_name = "CODE|QR")]
    pub(crate) code: String,
    /// 机关系统的地址，与手输的登记码同用 · The agency's address, with a typed code
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct UploadArgs {
    #[command(flatten)]
    pub(crate) place: Place,
    /// 网络 · The network: nobody pays, or the officer does
    #[arg(long, value_enum, default_value_t = Net::Free)]
    pub(crate) network: Net,
    /// 同意用自费流量上传这么多 MB 的影像 · A yes to so many MB of film over a paid network
    #[arg(long, value_name = "N")]
    pub(crate) consent_mb: Option<u64>,
    /// 直到取得回执 · Until everything has its receipt, or waits for a person
    #[arg(long)]
    pub(crate) until_receipt: bool,
    /// 最多等多少秒 · At most so many seconds, with --until-receipt
    #[arg(long, value_name = "S", default_value_t = 600)]
    pub(crate) patience_s: u64,
    /// 等待按真实时间，或模拟时间 · Waits in real time, or in simulated time
    #[arg(long, value_enum, default_value_t = Speed::Real)]
    pub(crate) speed: Speed,
    /// 改用这个地址 · Another address of the same agency
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// 逐项报告 · Print what happens, one JSON object a line
    #[arg(long)]
    pub(crate) trace: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct QueueArgs {
    #[command(flatten)]
    pub(crate) place: Place,
    /// 网络 · The network
    #[arg(long, value_enum, default_value_t = Net::Free)]
    pub(crate) network: Net,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ReceiptsArgs {
    #[command(flatten)]
    pub(crate) place: Place,
    /// 储存器写在证据包旁的回执 · What the dock wrote beside the bundle; a key set with the same name is read too
    #[arg(value_name = "BUNDLE.receipts")]
    pub(crate) file: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Net {
    None,
    Free,
    Paid,
    Dock,
}

impl Net {
    pub(crate) fn to_policy(self) -> quanji_upload::Network {
        match self {
            Net::None => quanji_upload::Network::None,
            Net::Free => quanji_upload::Network::Free,
            Net::Paid => quanji_upload::Network::Paid,
            Net::Dock => quanji_upload::Network::Dock,
        }
    }
}

#[derive(Debug, ClapArgs)]
pub(crate) struct DeadlineArgs {
    /// 证据库和密钥所在目录，与记录编号同用 · The folder of vault and keys, for a record
    #[arg(long, value_name = "DIR")]
    pub(crate) vault: Option<PathBuf>,
    /// 返回单位的时间，与 --ground 同用 · The return to the unit, with --ground
    #[arg(long, value_name = "T", requires = "ground", conflicts_with = "vault")]
    pub(crate) returned_at: Option<String>,
    /// 不能及时移交的情形 · Why hand-over in time is impossible
    #[arg(long, value_name = "GROUND", value_parser = ground, conflicts_with = "vault")]
    pub(crate) ground: Option<quanji_rules::AwayGround>,
    /// 再读入一份节假日安排 · Import one more calendar
    #[arg(long, value_name = "FILE")]
    pub(crate) calendar: Vec<PathBuf>,
    /// 输出 JSON · Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// 记录编号（与 --vault 同用），或制作完成的时间（RFC 3339） · A record of the vault, or the end of a recording (RFC 3339)
    #[arg(value_name = "RECORD|T")]
    pub(crate) of: String,
}

fn ground(text: &str) -> Result<quanji_rules::AwayGround, String> {
    quanji_rules::AwayGround::parse(text).ok_or_else(|| {
        let names: Vec<&str> = quanji_rules::AwayGround::ALL.iter().map(|ground| ground.name()).collect();
        format!("one of {}", names.join(", "))
    })
}
