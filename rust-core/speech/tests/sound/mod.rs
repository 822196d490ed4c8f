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
    spoken("cmn-latn-pinyin", 175, 50, OPENING_PINYIN)
}

/// Six people at once, none of whom says the opening to anybody: a market, a crowd.
pub(crate) fn babble(seconds: usize) -> Vec<i16> {
    let voices = [
        (
            "cmn-latn-pinyin",
            150,
            30,
            "zhe4 ge4 duo1shao3 qian2 yi1 jin1, tai4 gui4 le5, bu4 mai3 le5, wo3men5 zou3 ba5.",
        ),
        (
            "cmn-latn-pinyin",
            190,
            70,
            "ni3 zuo2tian1 qu4 na3li3 le5, wo3 zhao3 le5 ni3 hao3 jiu3, dian4hua4 ye3 bu4 jie1.",
        ),
        ("cmn-latn-pinyin", 210, 10, "che1 ting2 zai4 na4bian1, yi1hui3r5 jiu4 lai2, bie2 zhao2ji2, man4man4 lai2."),
        ("en", 160, 40, "The bus is late again, and nobody knows when the next one comes, so we had better walk."),
        ("de", 175, 60, "Heute gibt es frischen Fisch und Gemüse, alles ganz billig, kommen Sie näher."),
        ("fr", 165, 20, "On se retrouve devant la gare à six heures, et après on va manger quelque chose."),
    ];
    let mut crowd = vec![0_i32; seconds * 16_000];
    for (place, (voice, pace, pitch, words)) in voices.into_iter().enumerate() {
        let said = spoken(voice, pace, pitch, words);
        for (at, sample) in crowd.iter_mut().enumerate() {
            *sample += i32::from(said[(at + place * 7_919) % said.len()]) / 4;
        }
    }
    crowd.into_iter().map(|sample| sample.clamp(i16::MIN.into(), i16::MAX.into()) as i16).collect()
}

fn spoken(voice: &str, pace: u32, pitch: u32, words: &str) -> Vec<i16> {
    let folder = tempfile::tempdir().unwrap();
    let wav = folder.path().join("spoken.wav");
    let mut say = Command::new("espeak-ng");
    say.args(["-v", voice, "-s", &pace.to_string(), "-p", &pitch.to_string(), "-w"]).arg(&wav).arg(words);
    run(&mut say);
    let raw = folder.path().join("spoken.raw");
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

/// `voice` in `noise`, so that the voice is `decibels` louder while it speaks.
pub(crate) fn in_noise(voice: &[i16], noise: &[i16], decibels: f64) -> Vec<i16> {
    let gain = loudness(voice) / loudness(noise) / 10_f64.powf(decibels / 20.0);
    let noise = noise.iter().cycle().map(|sample| f64::from(*sample) * gain);
    let mixed = voice.iter().zip(noise).map(|(sample, noise)| f64::from(*sample) + noise);
    mixed.map(|sample| sample.clamp(i16::MIN.into(), i16::MAX.into()) as i16).collect()
}

/// Louder by a factor; what is too loud for the converter is cut, as a microphone cuts it.
pub(crate) fn louder(pcm: &[i16], times: i16) -> Vec<i16> {
    pcm.iter().map(|sample| sample.saturating_mul(times)).collect()
}

/// The root of the mean square over the frames that are not a pause.
fn loudness(pcm: &[i16]) -> f64 {
    let powers: Vec<f64> = pcm
        .chunks_exact(512)
        .map(|frame| frame.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / 512.0)
        .collect();
    // A twentieth of the loudest, in power.
    let pause = powers.iter().copied().fold(0.0, f64::max) / 400.0;
    let spoken: Vec<f64> = powers.into_iter().filter(|power| *power > pause).collect();
    (spoken.iter().sum::<f64>() / spoken.len() as f64).sqrt()
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
