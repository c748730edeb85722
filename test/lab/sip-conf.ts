import type { ConfOptions } from './conf.ts';
import { extensions, passwordOf } from './extensions.ts';
import { placesOf } from './places.ts';

/** Milliseconds that 804 has to answer a qualify: a phone that is slow, as all are on a busy machine, is not away. */
const qualifyLimit = 8_000;

/** pjsip.conf: one endpoint for each phone and the endpoint `trunk`, known by its address. */
export function pjsipConf({ dialplan, sipPort, trunkHost, trunkPort }: ConfOptions): string {
  const phones = extensions.map(
    (name) => `[${name}](phone)
auth = ${name}
aors = ${name}
callerid = Agent ${name} <${name}>
[${name}]
type = auth
auth_type = userpass
username = ${name}
password = ${passwordOf(name)}
[${name}]
type = aor
max_contacts = 1
remove_existing = yes
qualify_frequency = ${name === '804' ? 2 : 0}
qualify_timeout = ${qualifyLimit / 1000}
`,
  );
  return `[global]
type = global
endpoint_identifier_order = ip,username,anonymous
[udp]
type = transport
protocol = udp
bind = 127.0.0.1:${sipPort}
[endpoint](!)
type = endpoint
transport = udp
context = ${placesOf(dialplan).phones}
disallow = all
allow = ulaw
direct_media = no
dtmf_mode = auto_info
rtp_symmetric = yes
send_pai = yes
[phone](endpoint)
trust_id_outbound = yes
[trunk](endpoint)
context = from-trunk
aors = trunk
trust_id_inbound = yes
[trunk]
type = aor
contact = sip:${trunkHost}:${trunkPort}
[trunk]
type = identify
endpoint = trunk
match = ${trunkHost}
${phones.join('')}`;
}

/** sip.conf (chan_sip): one friend for each phone and the peer `trunk`, known by its address. */
export function sipConf({ dialplan, sipPort, trunkHost, trunkPort }: ConfOptions): string {
  const phones = extensions.map(
    (name) => `[${name}](phone)
secret = ${passwordOf(name)}
callerid = Agent ${name} <${name}>
${name === '804' ? `qualify = ${qualifyLimit}\nqualifyfreq = 2\n` : ''}`,
  );
  return `[general]
context = nowhere
udpbindaddr = 127.0.0.1:${sipPort}
tcpenable = no
allowguest = no
alwaysauthreject = yes
callcounter = yes
callevents = yes
disallow = all
allow = ulaw
directmedia = no
dtmfmode = auto
srvlookup = no
[phone](!)
type = friend
host = dynamic
context = ${placesOf(dialplan).phones}
qualify = no
[trunk]
type = peer
host = ${trunkHost}
port = ${trunkPort}
insecure = invite,port
trustrpid = yes
context = from-trunk
${phones.join('')}`;
}
