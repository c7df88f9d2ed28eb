package zeek

import "strings"

// connection are the columns that most logs begin with.
const connection = "ts uid id.orig_h id.orig_p id.resp_h id.resp_p "

// layouts are the columns that logs have unless they were changed. Only read.
var layouts = func() (out []layout) {
	for _, l := range [...][2]string{
		{"conn", connection + "proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents"},
		{"conn", connection + "proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents ip_proto"},
		{"dns", connection + "proto trans_id rtt query qclass qclass_name qtype qtype_name rcode rcode_name AA TC RD RA Z answers TTLs rejected"},
		{"http", connection + "trans_depth method host uri referrer version user_agent origin request_body_len response_body_len status_code status_msg info_code info_msg tags username password proxied orig_fuids orig_filenames orig_mime_types resp_fuids resp_filenames resp_mime_types"},
		{"ssh", connection + "version auth_success auth_attempts direction client server cipher_alg mac_alg compression_alg kex_alg host_key_alg host_key"},
		{"smb_files", connection + "fuid action path name size prev_name times.modified times.accessed times.created times.changed"},
		{"smb_mapping", connection + "path service native_file_system share_type"},
		{"dce_rpc", connection + "rtt named_pipe endpoint operation"},
		{"kerberos", connection + "request_type client service success error_msg from till cipher forwardable renewable client_cert_subject client_cert_fuid server_cert_subject server_cert_fuid"},
		{"ntlm", connection + "username hostname domainname server_nb_computer_name server_dns_computer_name server_tree_name success"},
		{"rdp", connection + "cookie result security_protocol client_channels keyboard_layout client_build client_name client_dig_product_id desktop_width desktop_height requested_color_depth cert_type cert_count cert_permanent encryption_level encryption_method"},
		{"x509", "ts fingerprint certificate.version certificate.serial certificate.subject certificate.issuer certificate.not_valid_before certificate.not_valid_after certificate.key_alg certificate.sig_alg certificate.key_type certificate.key_length certificate.exponent certificate.curve san.dns san.uri san.email san.ip basic_constraints.ca basic_constraints.path_len host_cert client_cert"},
		{"weird", connection + "name addl notice peer source"},
	} {
		out = append(out, layout{log: l[0], columns: strings.Fields(l[1])})
	}
	return out
}()

// usualTypes are the types of columns that are more than text. Only read.
var usualTypes = func() map[string]string {
	out := map[string]string{}
	for kind, columns := range map[string]string{
		"bool":           "AA TC RD RA rejected local_orig local_resp auth_success forwardable renewable success cert_permanent notice basic_constraints.ca host_cert client_cert",
		"count":          "id.orig_p id.resp_p trans_id qclass qtype rcode Z orig_bytes resp_bytes missed_bytes orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes trans_depth request_body_len response_body_len status_code size cert_count",
		"vector[string]": "answers TTLs tags proxied orig_fuids orig_filenames orig_mime_types resp_fuids resp_filenames resp_mime_types tunnel_parents client_channels san.dns san.uri san.email san.ip",
	} {
		for column := range strings.FieldsSeq(columns) {
			out[column] = kind
		}
	}
	return out
}()
