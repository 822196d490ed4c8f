//! Real sound made on the spot: nothing of it lies in the repository.

use std::path::Path;
use std::process::Command;

/// The six elements of 办法 第十四条 and the notice, with nobody's name in it.
pub(crate) const OPENING: &str = "现在时间是二零二六年十一月二十三日上午九点三十分。地点是东街十八号门前。\
    执法人员两名，证件已经出示。事由是检查消防通道。执法对象是本店负责人。\
    需要记录的环节是现场检查和询问。本次执法全程录音录像，请予配合。";

/// The same in the pinyin that espeak-ng reads right.
const OPENING_PINYIN: &str = "xian4zai4 shi2jian1 shi4 er4 ling2 er4 liu4 nian2 shi2yi1 yue4 er4shi2san1 ri4 shang4wu3 jiu3 dian3 san1shi2 fen1. \
    di4dian3 shi4 dong1jie1 shi2ba1 hao4 men2qian2. \
    zhi2fa3 ren2yuan2 liang3 ming2, zheng4jian4 yi3jing1 chu1shi4. shi4you2 shi4 jian3cha2 xiao1fang2 tong1dao4. \
    zhi2fa3 dui4xiang4 shi4 ben3dian4 fu4ze2ren2. \
    xu1yao4 ji4lu4 de5 huan2jie2 shi4 xian4chang3 jian3cha2 he2 xun2wen4. ben3ci4 zhi2fa3 quan2cheng2 lu4yin1 lu4xiang4, qing3 yu3 pei4he2.";

/// The opening statement, spoken, 16 kHz mono.
pub(crate) fn opening() -> Vec<i16> {
    let folder = tempfile::tempdir().unwrap();
    let wav = folder.path().join("opening.wav");
    run(Command::new("espeak-ng").args(["-v", "cmn-latn-pinyin", "-s", "175", "-w"]).arg(&wav).arg(OPENING_PINYIN));
    let raw = folder.path().join("opening.raw");
    run(Command::new("sox")
        .arg("-R")
        .arg(&wav)
        .args(["-t", "raw", "-r", "16000", "-c", "1", "-b", "16", "-e", "signed"])
        .arg(&raw));
    samples(&raw)
}

/// Traffic: a rumble that swells and ebbs, tyres, an engine, a far horn.
pub(crate) fn street(seconds: f64) -> Vec<i16> {
    sox(seconds, &["brownnoise", "pinknoise", "sine", "90", "sine", "mix", "420", "tremolo", "0.2", "70", "vol", "0.2"])
}

pub(crate) fn wind(seconds: f64) -> Vec<i16> {
    sox(seconds, &["brownnoise", "tremolo", "0.3", "90", "lowpass", "500", "vol", "0.5"])
}

pub(crate) fn hiss(seconds: f64) -> Vec<i16> {
    sox(seconds, &["whitenoise", "vol", "0.02"])
}

/// A silent room: only the microphone's own noise, about 3 steps of the converter.
pub(crate) fn room(seconds: f64) -> Vec<i16> {
    sox(seconds, &["whitenoise", "vol", "0.0001"])
}

/// `voice` laid over `noise`, as long as the longer.
pub(crate) fn over(voice: &[i16], noise: &[i16]) -> Vec<i16> {
    let length = voice.len().max(noise.len());
    let at = |pcm: &[i16], i: usize| pcm.get(i).copied().unwrap_or(0);
    (0..length).map(|i| at(voice, i).saturating_add(at(noise, i))).collect()
}

fn sox(seconds: f64, effects: &[&str]) -> Vec<i16> {
    let folder = tempfile::tempdir().unwrap();
    let raw = folder.path().join("noise.raw");
    let mut command = Command::new("sox");
    // -R: the same noise every time.
    command.args(["-R", "-n", "-t", "raw", "-r", "16000", "-c", "1", "-b", "16", "-e", "signed"]).arg(&raw);
    command.arg("synth").arg(seconds.to_string()).args(effects);
    run(&mut command);
    samples(&raw)
}

fn samples(raw: &Path) -> Vec<i16> {
    let bytes = std::fs::read(raw).unwrap();
    bytes.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])).collect()
}

fn run(command: &mut Command) {
    let output = command
        .output()
        .unwrap_or_else(|e| panic!("{:?} runs (scripts/setup installs it): {e}", command.get_program()));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
