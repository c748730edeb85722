import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const keys = '0123456789*#ABCD';
const pcmu = 0;
const telephoneEvent = 101;

/** One packet per 20 ms, 160 samples at 8 kHz. */
const packetMs = 20;
const packetSamples = 160;
const voice = Buffer.alloc(packetSamples, 0x2a);
const silence = Buffer.alloc(packetSamples, 0xff);
/** Bytes of µ-law that are no louder than what mixing leaves of silence. */
const isQuiet = (byte: number): boolean => (byte & 0x7f) >= 0x78;

/** One end of an audio stream: sends PCMU and keys (RFC 2833), counts what arrives. */
export class Rtp {
  /** Keys that arrived, in order. */
  keysReceived = '';
  packetsReceived = 0;
  /** Packets that arrived with somebody's voice in them. */
  voiceReceived = 0;
  /** Whether who holds the phone speaks, or is silent. */
  isSpeaking = true;
  /** Port of the socket, known after `open`. */
  port = 0;
  readonly #host: string;
  readonly #socket: Socket = createSocket('udp4');
  readonly #source = randomBytes(4);
  #peer: { readonly host: string; readonly port: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #sequence = 0;
  #timestamp = 0;
  #pressing = false;
  #closed = false;
  #lastKeyAt = -1;

  constructor(host: string) {
    this.#host = host;
  }

  async open(): Promise<void> {
    this.#socket.on('message', (packet) => {
      this.#receive(packet);
    });
    this.#socket.bind(0, this.#host);
    // A call that ends while it is bound closes it, and then nothing listens any more.
    await Promise.race([once(this.#socket, 'listening'), once(this.#socket, 'close')]);
    if (this.#closed) throw new Error('the audio stream was closed');
    this.port = this.#socket.address().port;
  }

  /** Sends to the peer from now on, a packet every 20 ms. */
  send(host: string, port: number): void {
    this.#peer = { host, port };
    if (this.#timer !== undefined || this.#closed) return;
    const started = performance.now();
    let sent = 0;
    // A late timer is made up for: the stream keeps 50 packets a second.
    this.#timer = setInterval(() => {
      const due = Math.floor((performance.now() - started) / packetMs);
      for (; sent < due; sent++) {
        this.#timestamp += packetSamples;
        if (!this.#pressing) this.#packet(pcmu, false, this.#timestamp, this.isSpeaking ? voice : silence);
      }
    }, packetMs);
  }

  /** Presses keys one after the other, 80 ms each with 60 ms between (RFC 2833 §3). */
  async press(text: string): Promise<void> {
    for (const key of text) {
      const event = keys.indexOf(key);
      if (event < 0) throw new Error(`${key} is no key of a phone`);
      this.#pressing = true;
      const timestamp = this.#timestamp;
      const report = (duration: number, end: boolean, marker: boolean): void => {
        const payload = Buffer.from([event, end ? 0x8a : 0x0a, 0, 0]);
        payload.writeUInt16BE(duration, 2);
        this.#packet(telephoneEvent, marker, timestamp, payload);
      };
      for (let step = 1; step <= 4; step++) {
        report(step * packetSamples, false, step === 1);
        await sleep(packetMs);
      }
      // The end is sent three times, because a lost end would leave the key pressed.
      for (let repeat = 0; repeat < 3; repeat++) report(5 * packetSamples, true, false);
      this.#pressing = false;
      await sleep(60);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#socket.close();
  }

  #packet(type: number, marker: boolean, timestamp: number, payload: Buffer): void {
    if (this.#closed || this.#peer === undefined) return;
    const head = Buffer.alloc(12);
    head[0] = 0x80;
    head[1] = (marker ? 0x80 : 0) | type;
    head.writeUInt16BE(this.#sequence++ & 0xffff, 2);
    head.writeUInt32BE(timestamp >>> 0, 4);
    this.#source.copy(head, 8);
    this.#socket.send(Buffer.concat([head, payload]), this.#peer.port, this.#peer.host);
  }

  #receive(packet: Buffer): void {
    if (packet.length < 12) return;
    this.packetsReceived++;
    const type = packet.readUInt8(1) & 0x7f;
    if (type === pcmu && !packet.subarray(12).every(isQuiet)) this.voiceReceived++;
    if (type !== telephoneEvent || packet.length < 16) return;
    // Every packet of one key press carries the same timestamp.
    const at = packet.readUInt32BE(4);
    if (at === this.#lastKeyAt) return;
    this.#lastKeyAt = at;
    this.keysReceived += keys[packet.readUInt8(12)] ?? '';
  }
}
