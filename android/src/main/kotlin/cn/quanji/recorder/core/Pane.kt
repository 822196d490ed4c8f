package cn.quanji.recorder.core

import android.graphics.SurfaceTexture

/** Where pictures of a camera or a film are shown: a surface of a page, and nothing that a presenter could look into. */
interface Pane

class TexturePane(val texture: SurfaceTexture) : Pane
