/// The least that a libmilter filter can be: it negotiates the steps it is told to, looks at what
/// it is given as little as it may, and lets everything pass. What it costs is libmilter's own
/// price.

#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include <libmilter/mfapi.h>

namespace {

/// Steps off and replies left out, as in the negotiation.
struct Steps {
  unsigned long mask = 0;
};

// libmilter's callbacks carry no argument before the first connection; set once before it runs.
Steps chosen_steps;  // NOLINT

sfsistat negotiate(SMFICTX* /*context*/, unsigned long actions_offered, unsigned long steps_offered,
                   unsigned long /*unused2*/, unsigned long /*unused3*/, unsigned long* actions,
                   unsigned long* steps, unsigned long* out2, unsigned long* out3) {
  *actions = actions_offered & (SMFIF_ADDHDRS | SMFIF_QUARANTINE);
  *steps = steps_offered & chosen_steps.mask;
  *out2 = 0;
  *out3 = 0;
  return SMFIS_CONTINUE;
}

sfsistat answer(unsigned long no_reply) {
  return (chosen_steps.mask & no_reply) != 0 ? SMFIS_NOREPLY : SMFIS_CONTINUE;
}

sfsistat on_connect(SMFICTX* /*context*/, char* /*host*/, _SOCK_ADDR* /*address*/) {
  return answer(SMFIP_NR_CONN);
}

sfsistat on_helo(SMFICTX* /*context*/, char* /*name*/) {
  return answer(SMFIP_NR_HELO);
}

sfsistat on_mail(SMFICTX* /*context*/, char** /*arguments*/) {
  return answer(SMFIP_NR_MAIL);
}

sfsistat on_rcpt(SMFICTX* /*context*/, char** /*arguments*/) {
  return answer(SMFIP_NR_RCPT);
}

sfsistat on_data(SMFICTX* /*context*/) {
  return answer(SMFIP_NR_DATA);
}

sfsistat on_header(SMFICTX* /*context*/, char* /*name*/, char* /*value*/) {
  return answer(SMFIP_NR_HDR);
}

sfsistat on_end_of_headers(SMFICTX* /*context*/) {
  return answer(SMFIP_NR_EOH);
}

sfsistat on_body(SMFICTX* /*context*/, unsigned char* /*chunk*/, std::size_t /*size*/) {
  // As for a body that nobody signed.
  if ((chosen_steps.mask & SMFIP_SKIP) != 0) return SMFIS_SKIP;
  return answer(SMFIP_NR_BODY);
}

sfsistat on_end_of_message(SMFICTX* /*context*/) {
  return SMFIS_CONTINUE;
}

sfsistat on_abort(SMFICTX* /*context*/) {
  return SMFIS_CONTINUE;
}

sfsistat on_close(SMFICTX* /*context*/) {
  return SMFIS_CONTINUE;
}

/// The named sets; anything else is read as a number.
unsigned long steps_named(std::string_view name) {
  // What gatepostd negotiates with the sending limits alone.
  if (name == "limits") {
    return SMFIP_NR_CONN | SMFIP_NOHDRS | SMFIP_NOEOH | SMFIP_NOBODY | SMFIP_NOUNKNOWN;
  }
  // With the sender checks too.
  if (name == "senders") {
    return SMFIP_NR_CONN | SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NOBODY | SMFIP_NOUNKNOWN;
  }
  // And where mail from outside is verified.
  if (name == "origins") {
    return SMFIP_NR_CONN | SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_SKIP | SMFIP_HDR_LEADSPC |
           SMFIP_NOUNKNOWN;
  }
  // Everything is read, headers and body without a reply of their own.
  if (name == "headers") return SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY;
  if (name == "all") return 0;
  if (name == "end") {
    return SMFIP_NOCONNECT | SMFIP_NOHELO | SMFIP_NOMAIL | SMFIP_NORCPT | SMFIP_NODATA |
           SMFIP_NOHDRS | SMFIP_NOEOH | SMFIP_NOBODY | SMFIP_NOUNKNOWN;
  }
  return std::strtoul(std::string(name).c_str(), nullptr, 0);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: bare_filter inet:PORT@127.0.0.1|unix:PATH "
                 "limits|senders|origins|headers|all|end|MASK\n";
    return EXIT_FAILURE;
  }
  chosen_steps.mask = steps_named(argv[2]);
  std::string name = "bare_filter";
  smfiDesc filter{};
  filter.xxfi_name = name.data();
  filter.xxfi_version = SMFI_VERSION;
  filter.xxfi_flags = SMFIF_ADDHDRS | SMFIF_QUARANTINE;
  filter.xxfi_connect = on_connect;
  filter.xxfi_helo = on_helo;
  filter.xxfi_envfrom = on_mail;
  filter.xxfi_envrcpt = on_rcpt;
  filter.xxfi_data = on_data;
  filter.xxfi_header = on_header;
  filter.xxfi_eoh = on_end_of_headers;
  filter.xxfi_body = on_body;
  filter.xxfi_eom = on_end_of_message;
  filter.xxfi_abort = on_abort;
  filter.xxfi_close = on_close;
  filter.xxfi_negotiate = negotiate;
  if (smfi_setconn(argv[1]) != MI_SUCCESS || smfi_register(filter) != MI_SUCCESS ||
      smfi_opensocket(true) != MI_SUCCESS) {
    std::cerr << "bare_filter: cannot listen on " << argv[1] << "\n";
    return EXIT_FAILURE;
  }
  return smfi_main() == MI_SUCCESS ? EXIT_SUCCESS : EXIT_FAILURE;
}
