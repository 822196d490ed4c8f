//! What may be asked.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use quanji_rules::AwayGround;

/// 核验执法全过程记录证据包：证明了什么，没有证明什么。
///
/// Says what a bundle of enforcement records proves and what it does not, trusting nobody but the agency's public key.
#[derive(Debug, Parser)]
#[command(name = "quanji-verify", version)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// 核验证据包 · Judge a bundle. Exit 0: valid or valid_withheld, 1: any other verdict, 2: unreadable or misuse
    Bundle(BundleArgs),
    /// 计算存储期限（第十七条） · Reckon the deadline of two working days (Art. 17)
    Deadline(DeadlineArgs),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct BundleArgs {
    /// 机关公钥 agency.pub；没有它，时间和设备均未锚定 · The agency's public key; without it, valid_unanchored at best
    #[arg(long, value_name = "FILE")]
    pub(crate) agency_key: Option<PathBuf>,
    /// 输出 JSON · Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// 先用哪种语言 · Which language comes first
    #[arg(long, value_enum, default_value_t = Language::Zh)]
    pub(crate) lang: Language,
    /// 证据包 · The bundle
    #[arg(value_name = "BUNDLE")]
    pub(crate) bundle: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    Zh,
    En,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct DeadlineArgs {
    /// 返回单位的时间，与 --ground 同用 · The return to the unit, with --ground
    #[arg(long, value_name = "T", requires = "ground")]
    pub(crate) returned_at: Option<String>,
    /// 不能及时移交的情形；没有 --returned-at 则等待返回 · Why hand-over in time is impossible; waits for the return without one
    #[arg(long, value_name = "GROUND", value_parser = ground)]
    pub(crate) ground: Option<AwayGround>,
    /// 再读入一份节假日安排（格式同 proto/calendar/cn_holidays.csv） · Import one more calendar
    #[arg(long, value_name = "FILE")]
    pub(crate) calendar: Vec<PathBuf>,
    /// 输出 JSON · Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// 制作完成的时间（RFC 3339）；- 表示从标准输入逐行读 · End of the recording (RFC 3339); - reads one a line from standard input
    #[arg(value_name = "T", allow_hyphen_values = true)]
    pub(crate) instant: String,
}

fn ground(text: &str) -> Result<AwayGround, String> {
    AwayGround::parse(text).ok_or_else(|| {
        let names: Vec<&str> = AwayGround::ALL.iter().map(|ground| ground.name()).collect();
        format!("one of {}", names.join(", "))
    })
}
