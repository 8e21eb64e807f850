#!/usr/bin/python3
"""GStreamer's own RTSP server as a test camera and a test receiver, on the loopback address only.

Debian packages: python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad
gstreamer1.0-plugins-ugly gstreamer1.0-x glib-networking (run with the system's /usr/bin/python3).

  rtsp_server.py PORT serve /cam FILE.mp4       a camera that plays a file (H.264 or H.265 in MP4), from its beginning when the mount was idle
  rtsp_server.py PORT test /cam 640x360@25      a live test picture, encoded on the fly, for ever; 640x360@25:h265 for H.265
  rtsp_server.py PORT change /cam 320x160,480x240   a test picture of one size for 4 s, then of the other, for ever, in one connection
  rtsp_server.py PORT sound /cam mono           a stream without video
  rtsp_server.py PORT record /push OUT.ts       a receiver: accepts RECORD (push) of H.264 and writes it to OUT.ts
  rtsp_server.py PORT relay /push /watch        a receiver of H.264 that others watch at /watch
  --auth digest|basic USER PASSWORD             asks for it on every mount
  --tls CERTIFICATE.pem KEY.pem                 RTSPS
Any number of mounts. Prints "ready PORT" when it listens; PORT 0 takes a free one. Ends by SIGTERM.
"""
import socket
import sys

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstRtsp', '1.0')
gi.require_version('GstRtspServer', '1.0')
from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer


def take(args, name, count):
    """Removes an option with its values; gives them, or None."""
    if name not in args:
        return None
    at = args.index(name)
    values = args[at + 1:at + 1 + count]
    del args[at:at + 1 + count]
    return values


def part(size, frames):
    """A test picture for a number of frames, or for ever; whole pictures, since the parts of one would be taken for several."""
    width, height = size.split('x')
    raw = 'videotestsrc is-live=true pattern=ball num-buffers=%d ! video/x-raw,format=I420,width=%s,height=%s,framerate=25/1' % (frames, width, height)
    return raw + ' ! x264enc tune=zerolatency speed-preset=ultrafast threads=1 key-int-max=25 ! h264parse ! video/x-h264,stream-format=byte-stream,alignment=au ! c.'


def launch(verb, what):
    """The GStreamer pipeline of a mount."""
    if verb == 'serve':
        with open(what, 'rb') as file:
            data = file.read()
        codec = 'h265' if b'hvc1' in data or b'hev1' in data else 'h264'
        return '( filesrc location="%s" ! qtdemux ! %sparse ! rtp%spay name=pay0 pt=96 config-interval=1 )' % (what, codec, codec)
    if verb == 'test':
        size, _, rest = what.partition('@')
        fps, _, codec = rest.partition(':')
        width, height = size.split('x')
        raw = 'videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=%s,height=%s,framerate=%s/1 ! timeoverlay' % (width, height, fps)
        coder = 'x265enc tune=zerolatency speed-preset=ultrafast log-level=error' if codec == 'h265' else 'x264enc tune=zerolatency speed-preset=ultrafast'
        codec = codec or 'h264'
        return '( %s ! %s key-int-max=%s ! %sparse ! rtp%spay name=pay0 pt=96 config-interval=1 )' % (raw, coder, fps, codec, codec)
    if verb == 'change':
        first, last = what.split(',')
        return '( concat name=c ! rtph264pay name=pay0 pt=96 config-interval=-1 %s %s )' % (part(first, 100), part(last, -1))
    if verb == 'sound':
        return '( audiotestsrc is-live=true ! audioconvert ! rtpL16pay name=pay0 pt=96 )'
    if verb == 'record':
        return '( rtph264depay name=depay0 ! h264parse ! mpegtsmux ! filesink location="%s" sync=false )' % what
    if verb == 'take':
        return '( rtph264depay name=depay0 ! h264parse config-interval=-1 ! rtph264pay ! udpsink host=127.0.0.1 port=%s sync=false async=false )' % what
    if verb == 'watch':
        caps = 'application/x-rtp,media=video,clock-rate=90000,encoding-name=H264'
        return '( udpsrc address=127.0.0.1 port=%s caps=%s buffer-size=4000000 ! rtph264depay ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=1 )' % (what, caps)
    raise SystemExit('unknown verb ' + verb)


def free_port():
    """A port of datagrams that nobody listens at."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(('127.0.0.1', 0))
        return str(probe.getsockname()[1])


def mounts_of(args):
    """The mounts on the command line, each as verb, place and what; a relay is two of them, joined by datagrams."""
    while args:
        verb, mount, what = args[:3]
        del args[:3]
        if verb == 'relay':
            port = free_port()
            yield 'take', mount, port
            yield 'watch', what, port
        else:
            yield verb, mount, what


def authentication(kind, user, password):
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string('media.factory.role', 'user')
    if kind == 'digest':
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(user, password, token)
    else:
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    return auth


def allow_users(factory):
    role = Gst.Structure.from_string('user, media.factory.access=(boolean)true, media.factory.construct=(boolean)true')[0]
    factory.add_role_from_structure(role)


def main(args):
    Gst.init(None)
    login = take(args, '--auth', 3)
    tls = take(args, '--tls', 2)
    server = GstRtspServer.RTSPServer()
    server.set_service(args.pop(0))
    server.set_address('127.0.0.1')
    # A watcher waits for the first picture; on one thread, the pusher that has it would wait for the watcher.
    server.get_thread_pool().set_max_threads(8)
    auth = authentication(*login) if login else None
    if tls:
        auth = auth or GstRtspServer.RTSPAuth()
        auth.set_tls_certificate(Gio.TlsCertificate.new_from_files(*tls))
    if auth:
        server.set_auth(auth)
    for verb, mount, what in mounts_of(args):
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(launch(verb, what))
        receives = verb in ('record', 'take')
        factory.set_shared(not receives)
        if receives:
            factory.set_transport_mode(GstRtspServer.RTSPTransportMode.RECORD)
        if login:
            allow_users(factory)
        elif auth:
            factory.add_role_from_structure(Gst.Structure.from_string('anonymous, media.factory.access=(boolean)true, media.factory.construct=(boolean)true')[0])
        server.get_mount_points().add_factory(mount, factory)
    if auth and not login:
        token = GstRtspServer.RTSPToken()
        token.set_string('media.factory.role', 'anonymous')
        auth.set_default_token(token)
    if not server.attach(None):
        raise SystemExit('cannot listen')

    def expire():
        server.get_session_pool().cleanup()
        return True

    GLib.timeout_add_seconds(2, expire)
    print('ready', server.get_bound_port(), flush=True)
    GLib.MainLoop().run()


main(sys.argv[1:])
