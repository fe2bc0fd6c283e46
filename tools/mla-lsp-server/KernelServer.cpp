//===- KernelServer.cpp - the protocol for kernel files -------------------===//
#include "KernelServer.h"

#include "KernelFile.h"
#include "llvm/ADT/StringMap.h"

using namespace llvm::lsp;
namespace json = llvm::json;

namespace mla::lsp {
namespace {

/// Handlers of the protocol's messages.
class KernelServer {
public:
  explicit KernelServer(JSONTransport &transport);

  MessageHandler handler;
  bool shutDown = false;

private:
  void onInitialize(const InitializeParams &params, Callback<json::Value> reply);
  void onInitialized(const InitializedParams &params) {}
  void onShutdown(const NoParams &params, Callback<std::nullptr_t> reply);
  void onOpen(const DidOpenTextDocumentParams &params);
  void onChange(const DidChangeTextDocumentParams &params);
  void onClose(const DidCloseTextDocumentParams &params);
  void onHover(const TextDocumentPositionParams &params, Callback<std::optional<Hover>> reply);
  void onDefinition(const TextDocumentPositionParams &params,
                    Callback<std::vector<Location>> reply);
  void onCompletion(const CompletionParams &params, Callback<CompletionList> reply);
  void onSignatureHelp(const TextDocumentPositionParams &params, Callback<SignatureHelp> reply);
  void onSymbols(const DocumentSymbolParams &params, Callback<std::vector<DocumentSymbol>> reply);

  /// Takes a text, and publishes what is wrong with it.
  void open(const URIForFile &uri, std::string text, int64_t version);
  /// Replies with what `ask` makes of the file; with nothing if it is not open.
  template <typename Result, typename Params>
  void answer(const Params &params, Callback<Result> &reply,
              llvm::function_ref<Result(const KernelFile &)> ask) {
    auto it = files.find(params.textDocument.uri.file());
    reply(it == files.end() ? Result() : ask(*it->second));
  }

  llvm::StringMap<std::unique_ptr<KernelFile>> files;
  OutgoingNotification<PublishDiagnosticsParams> publish;
};

} // namespace

KernelServer::KernelServer(JSONTransport &transport) : handler(transport) {
  handler.method("initialize", this, &KernelServer::onInitialize);
  handler.notification("initialized", this, &KernelServer::onInitialized);
  handler.method("shutdown", this, &KernelServer::onShutdown);
  handler.notification("textDocument/didOpen", this, &KernelServer::onOpen);
  handler.notification("textDocument/didChange", this, &KernelServer::onChange);
  handler.notification("textDocument/didClose", this, &KernelServer::onClose);
  handler.method("textDocument/hover", this, &KernelServer::onHover);
  handler.method("textDocument/definition", this, &KernelServer::onDefinition);
  handler.method("textDocument/completion", this, &KernelServer::onCompletion);
  handler.method("textDocument/signatureHelp", this, &KernelServer::onSignatureHelp);
  handler.method("textDocument/documentSymbol", this, &KernelServer::onSymbols);
  publish =
      handler.outgoingNotification<PublishDiagnosticsParams>("textDocument/publishDiagnostics");
}

void KernelServer::onInitialize(const InitializeParams &params, Callback<json::Value> reply) {
  json::Object capabilities{
      // A change comes as the whole text: kernel files are short.
      {"textDocumentSync", json::Object{{"openClose", true}, {"change", 1}}},
      {"hoverProvider", true},
      {"definitionProvider", true},
      {"completionProvider", json::Object{{"triggerCharacters", {"."}}}},
      {"signatureHelpProvider", json::Object{{"triggerCharacters", {"(", ","}}}},
      {"documentSymbolProvider", true},
  };
  reply(json::Object{
      {"serverInfo", json::Object{{"name", "mla-lsp-server"}, {"version", MLA_VERSION}}},
      {"capabilities", std::move(capabilities)}});
}

void KernelServer::onShutdown(const NoParams &params, Callback<std::nullptr_t> reply) {
  shutDown = true;
  reply(nullptr);
}

void KernelServer::open(const URIForFile &uri, std::string text, int64_t version) {
  auto &file = files[uri.file()];
  file = std::make_unique<KernelFile>(uri, std::move(text));
  PublishDiagnosticsParams params(uri, version);
  params.diagnostics = file->diagnostics();
  publish(params);
}

void KernelServer::onOpen(const DidOpenTextDocumentParams &params) {
  open(params.textDocument.uri, params.textDocument.text, params.textDocument.version);
}

void KernelServer::onChange(const DidChangeTextDocumentParams &params) {
  // The last change is the text, as announced.
  if (!params.contentChanges.empty())
    open(params.textDocument.uri, params.contentChanges.back().text, params.textDocument.version);
}

void KernelServer::onClose(const DidCloseTextDocumentParams &params) {
  files.erase(params.textDocument.uri.file());
  // What was wrong is no longer of interest.
  publish(PublishDiagnosticsParams(params.textDocument.uri, 0));
}

void KernelServer::onHover(const TextDocumentPositionParams &params,
                           Callback<std::optional<Hover>> reply) {
  answer<std::optional<Hover>>(params, reply,
                               [&](const KernelFile &file) { return file.hover(params.position); });
}

void KernelServer::onDefinition(const TextDocumentPositionParams &params,
                                Callback<std::vector<Location>> reply) {
  answer<std::vector<Location>>(
      params, reply, [&](const KernelFile &file) { return file.definition(params.position); });
}

void KernelServer::onCompletion(const CompletionParams &params, Callback<CompletionList> reply) {
  answer<CompletionList>(params, reply,
                         [&](const KernelFile &file) { return file.completion(params.position); });
}

void KernelServer::onSignatureHelp(const TextDocumentPositionParams &params,
                                   Callback<SignatureHelp> reply) {
  answer<SignatureHelp>(
      params, reply, [&](const KernelFile &file) { return file.signatureHelp(params.position); });
}

void KernelServer::onSymbols(const DocumentSymbolParams &params,
                             Callback<std::vector<DocumentSymbol>> reply) {
  answer<std::vector<DocumentSymbol>>(params, reply,
                                      [](const KernelFile &file) { return file.symbols(); });
}

int runKernelServer(JSONTransport &transport) {
  KernelServer server(transport);
  if (llvm::Error error = transport.run(server.handler)) {
    Logger::error("transport: {0}", llvm::toString(std::move(error)));
    return EXIT_FAILURE;
  }
  return server.shutDown ? EXIT_SUCCESS : EXIT_FAILURE;
}

} // namespace mla::lsp
