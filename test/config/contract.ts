/** The file of contract §1, letter by letter. */
export const contract = `[general]
BINDPORT = 8000                        ; port that receives commands
URL = http://192.168.12.185:8090       ; where events are pushed
WEBKEY = asjdfjklkasdf                 ; shared secret for authentication
mac = 68:69:2e:03:8b:3e                ; this device's MAC address
pop_url = http://www.baidu.com         ; screen-pop URL that the agent toolbar opens
[enable]
pausetime = no                         ; after-call work on or off
`;
