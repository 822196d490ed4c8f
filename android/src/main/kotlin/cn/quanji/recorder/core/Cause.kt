package cn.quanji.recorder.core

/** Why recording broke off, as measured. */
enum class Cause {
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
