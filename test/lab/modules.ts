import type { Setup, Tech } from './setup.ts';
import { techOf, versionOf } from './setup.ts';

/** Loaded in every set-up (RTP needs res_pjproject with chan_sip too). MixMonitor needs func_periodic_hook, which needs func_cut, func_groupcount and func_uri. */
const common = `res_timing_timerfd res_musiconhold pbx_config res_sorcery_config res_pjproject res_rtp_asterisk res_security_log cdr_manager cdr_csv cdr_custom
  app_dial app_queue app_playback app_echo app_verbose app_stack app_read app_mixmonitor app_chanspy app_userevent app_db
  app_originate app_senddtmf app_cdr app_exec app_directed_pickup app_confbridge app_page res_parking app_voicemail app_while func_devstate func_presencestate
  func_callerid func_channel func_db func_cdr func_logic func_strings func_global func_timeout func_math func_periodic_hook
  func_hangupcause func_cut func_groupcount func_uri func_dialplan func_module
  bridge_simple bridge_softmix bridge_holding bridge_builtin_features bridge_builtin_interval_features bridge_native_rtp
  codec_ulaw codec_alaw format_pcm format_wav`;

const pjsip = `res_sorcery_memory res_sorcery_astdb res_statsd res_pjsip res_pjsip_session
  res_pjsip_pubsub res_pjsip_outbound_publish res_pjsip_acl res_pjsip_authenticator_digest res_pjsip_caller_id res_pjsip_dtmf_info
  res_pjsip_diversion res_pjsip_empty_info res_pjsip_endpoint_identifier_ip res_pjsip_endpoint_identifier_user
  res_pjsip_exten_state res_pjsip_header_funcs res_pjsip_messaging res_pjsip_nat res_pjsip_notify
  res_pjsip_outbound_authenticator_digest res_pjsip_outbound_registration res_pjsip_path res_pjsip_pidf_body_generator
  res_pjsip_refer res_pjsip_registrar res_pjsip_rfc3326 res_pjsip_sdp_rtp res_pjsip_xpidf_body_generator chan_pjsip
  func_pjsip_endpoint func_pjsip_contact func_pjsip_aor`;

const sip = `res_http_websocket chan_sip`;

const words = (text: string): string[] => text.split(/\s+/);

const ofTech = (tech: Tech): string => {
  switch (tech) {
    case 'SIP':
      return sip;
    case 'PJSIP':
      return pjsip;
  }
};

/** The modules a set-up loads, without `.so`. */
export function modulesOf(setup: Setup): string[] {
  // Where cdr_custom of 22 has its formats; Macro(), of which dialplans generated for 16 are made, is gone there.
  const own = versionOf(setup) === '22' ? ['res_cdrel_custom'] : ['app_macro'];
  return [...own, ...words(common), ...words(ofTech(techOf(setup)))];
}

/** Every module that any set-up of an Asterisk version loads: what the installation keeps. */
export function modulesOfVersion(version: '16' | '22', setups: readonly Setup[]): string[] {
  return [...new Set(setups.filter((setup) => versionOf(setup) === version).flatMap(modulesOf))];
}
