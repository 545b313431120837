"""Which types of the vendors' SDKs describe a message of which dialect, and where in the message they stand.

An entry says nothing of a member: `walk.py` reads those out of the types.
"""

from __future__ import annotations

from grille.dialects.coverage import Way
from vendors.root import Root

_IN, _OUT, _EVENT = Way.REQUEST, Way.ANSWER, Way.EVENT
_CHAT = ("openai_chat", "openrouter")


_OPENAI_FORMS = (
    ("audio.transcriptions.create", "openai_text",
     "audio.transcription_create_params:TranscriptionCreateParamsNonStreaming"),
    ("audio.translations.create", "openai_text", "audio.translation_create_params:TranslationCreateParams"),
    ("images.edit", "openai_text", "image_edit_params:ImageEditParamsNonStreaming"),
    ("images.create_variation", "openai_text", "image_create_variation_params:ImageCreateVariationParams"),
    ("files.create", "anyjson", "file_create_params:FileCreateParams"),
    ("uploads.parts.create", "anyjson", "uploads.part_create_params:PartCreateParams"),
    ("containers.files.create", "anyjson", "containers.file_create_params:FileCreateParams"),
    ("skills.create", "anyjson", "skill_create_params:SkillCreateParams"),
    ("videos.create", "anyjson", "video_create_params:VideoCreateParams"),
    ("videos.edit", "anyjson", "video_edit_params:VideoEditParams"),
    ("videos.extend", "anyjson", "video_extend_params:VideoExtendParams"),
    ("videos.create_character", "anyjson", "video_create_character_params:VideoCreateCharacterParams"),
)  # fmt: skip
"""Requests with files, of which the endpoints are in the catalogue. Their names are those of the client's methods."""


def _openai() -> list[Root]:
    def root(name: str, dialect: str | tuple[str, ...], way: Way, source: str, *, multipart: bool = False) -> Root:
        dialects = (dialect,) if isinstance(dialect, str) else dialect
        return Root(f"openai.{name}", "openai", dialects, way, f"openai.types.{source}", multipart=multipart)

    responses, text, realtime, stored = "openai_responses", "openai_text", "openai_realtime", "anyjson"
    return [
        root("chat.completions.create", _CHAT, _IN, "chat.completion_create_params:CompletionCreateParamsNonStreaming"),
        root("chat.completions", _CHAT, _OUT, "chat.chat_completion:ChatCompletion"),
        root("chat.completions.chunk", _CHAT, _EVENT, "chat.chat_completion_chunk:ChatCompletionChunk"),
        root("responses.create", responses, _IN,
             "responses.response_create_params:ResponseCreateParamsNonStreaming"),
        root("responses.compact", responses, _IN, "responses.response_compact_params:ResponseCompactParams"),
        root("responses.input_tokens", responses, _IN, "responses.input_token_count_params:InputTokenCountParams"),
        root("responses.ws_client_event", responses, _IN,
             "responses.responses_client_event_param:ResponsesClientEventParam"),
        root("responses", responses, _OUT, "responses.response:Response"),
        root("responses.compacted", responses, _OUT, "responses.compacted_response:CompactedResponse"),
        root("responses.input_tokens", responses, _OUT, "responses.input_token_count_response:InputTokenCountResponse"),
        root("responses.stream_event", responses, _EVENT, "responses.response_stream_event:ResponseStreamEvent"),
        root("completions.create", text, _IN, "completion_create_params:CompletionCreateParamsNonStreaming"),
        root("completions", text, _OUT, "completion:Completion"),
        root("completions.chunk", text, _EVENT, "completion:Completion"),
        root("embeddings.create", text, _IN, "embedding_create_params:EmbeddingCreateParams"),
        root("embeddings", text, _OUT, "create_embedding_response:CreateEmbeddingResponse"),
        root("moderations.create", text, _IN, "moderation_create_params:ModerationCreateParams"),
        root("moderations", text, _OUT, "moderation_create_response:ModerationCreateResponse"),
        root("decisions.create", text, _IN, "decision_create_params:DecisionCreateParams"),
        root("decisions", text, _OUT, "decision:Decision"),
        root("audio.speech.create", text, _IN, "audio.speech_create_params:SpeechCreateParams"),
        root("images.generate", text, _IN, "image_generate_params:ImageGenerateParamsNonStreaming"),
        root("images", text, _OUT, "images_response:ImagesResponse"),
        root("images.stream_event", text, _EVENT, "image_gen_stream_event:ImageGenStreamEvent"),
        root("realtime.client_event", realtime, _IN, "realtime.realtime_client_event_param:RealtimeClientEventParam"),
        root("realtime.client_secrets.create", realtime, _IN,
             "realtime.client_secret_create_params:ClientSecretCreateParams"),
        root("realtime.client_secrets", realtime, _OUT,
             "realtime.client_secret_create_response:ClientSecretCreateResponse"),
        root("realtime.server_event", realtime, _EVENT, "realtime.realtime_server_event:RealtimeServerEvent"),
        root("agents.sessions.create", stored, _IN, "beta.agents.session_create_params:SessionCreateParams"),
        root("assistants.create", stored, _IN, "beta.assistant_create_params:AssistantCreateParams"),
        root("batches.create", stored, _IN, "batch_create_params:BatchCreateParams"),
        root("conversations.create", stored, _IN, "conversations.conversation_create_params:ConversationCreateParams"),
        root("threads.create", stored, _IN, "beta.thread_create_params:ThreadCreateParams"),
        root("threads.messages.create", stored, _IN, "beta.threads.message_create_params:MessageCreateParams"),
        root("threads.runs.create", stored, _IN, "beta.threads.run_create_params:RunCreateParamsNonStreaming"),
        root("threads.runs.submit_tool_outputs", stored, _IN,
             "beta.threads.run_submit_tool_outputs_params:RunSubmitToolOutputsParamsNonStreaming"),
        root("vector_stores.search", stored, _IN, "vector_store_search_params:VectorStoreSearchParams"),
        *(root(name, dialect, _IN, source, multipart=True) for name, dialect, source in _OPENAI_FORMS),
    ]  # fmt: skip


def _anthropic() -> list[Root]:
    on_bedrock = ("anthropic", "bedrock_invoke")

    def root(name: str, way: Way, source: str, dialects: tuple[str, ...] = on_bedrock[:1]) -> Root:
        return Root(f"anthropic.{name}", "anthropic", dialects, way, f"anthropic.types.{source}")

    def form(name: str, source: str) -> Root:
        return Root(f"anthropic.{name}", "anthropic", ("anthropic",), _IN, source, multipart=True)

    return [
        root("messages.create", _IN, "message_create_params:MessageCreateParamsNonStreaming"),
        root("messages.count_tokens", _IN, "message_count_tokens_params:MessageCountTokensParams"),
        root("messages.batches.create", _IN, "messages.batch_create_params:BatchCreateParams"),
        root("beta.messages.create", _IN, "beta.message_create_params:MessageCreateParamsNonStreaming"),
        form("beta.files.upload", "AnthropicFile"),
        form("beta.skills.create", "AnthropicSkill"),
        root("messages", _OUT, "message:Message", on_bedrock),
        root("messages.count_tokens", _OUT, "message_tokens_count:MessageTokensCount"),
        root("beta.messages", _OUT, "beta.beta_message:BetaMessage", on_bedrock),
        root("messages.stream_event", _EVENT, "raw_message_stream_event:RawMessageStreamEvent", on_bedrock),
        root(
            "beta.messages.stream_event",
            _EVENT,
            "beta.beta_raw_message_stream_event:BetaRawMessageStreamEvent",
            on_bedrock,
        ),
    ]


def _google() -> list[Root]:
    interactions, gaos = "gemini_interactions", "google.genai._gaos.types.interactions"
    return [
        Root("gemini.generate_content", "google-genai", ("gemini",), _IN, "GenerateContentRequest"),
        Root("gemini.count_tokens", "google-genai", ("gemini",), _IN, "CountTokensRequest"),
        Root("gemini.embed_content", "google-genai", ("gemini",), _IN, "EmbedContentRequest"),
        Root("gemini.batch_embed_contents", "google-genai", ("gemini",), _IN, "BatchEmbedContentsRequest"),
        Root("gemini.generate_content", "google-genai", ("gemini",), _OUT, "GenerateContentAnswer"),
        Root("gemini.stream_generate_content", "google-genai", ("gemini",), _EVENT, "GenerateContentAnswer"),
        Root("gemini.count_tokens", "google-genai", ("gemini",), _OUT, "CountTokensAnswer"),
        Root("gemini.embed_content", "google-genai", ("gemini",), _OUT, "EmbedContentAnswer"),
        Root("gemini.interactions.create", "google-genai", (interactions,), _IN,
             f"{gaos}.createmodelinteraction:CreateModelInteraction"),
        Root("gemini.interactions.create (agent)", "google-genai", (interactions,), _IN,
             f"{gaos}.createagentinteraction:CreateAgentInteraction"),
        Root("gemini.interactions", "google-genai", (interactions,), _OUT, f"{gaos}.interaction:Interaction"),
        Root("gemini.interactions.stream_event", "google-genai", (interactions,), _EVENT,
             f"{gaos}.interactionsseevent:InteractionSSEEvent"),
        Root("gemini.live.client_message", "google-genai", ("gemini_live",), _IN, "LiveClientMessage"),
        Root("gemini.live.server_message", "google-genai", ("gemini_live",), _EVENT,
             "google.genai.types:LiveServerMessage"),
    ]  # fmt: skip


def _bedrock() -> list[Root]:
    def root(name: str, way: Way, shape: str) -> Root:
        return Root(f"bedrock.{name}", "botocore", ("bedrock",), way, f"botocore/bedrock-runtime:{shape}")

    return [
        root("Converse", _IN, "ConverseRequest"),
        root("ConverseStream", _IN, "ConverseStreamRequest"),
        root("CountTokens", _IN, "CountTokensRequest"),
        root("ApplyGuardrail", _IN, "ApplyGuardrailRequest"),
        root("Converse", _OUT, "ConverseResponse"),
        root("CountTokens", _OUT, "CountTokensResponse"),
        root("ApplyGuardrail", _OUT, "ApplyGuardrailResponse"),
        root("ConverseStream", _EVENT, "ConverseStreamOutput"),
        Root("bedrock.StartAsyncInvoke", "botocore", ("anyjson",), _IN,
             "botocore/bedrock-runtime:StartAsyncInvokeRequest"),
    ]  # fmt: skip


def _bedrock_invoke() -> list[Root]:
    """The families whose own SDK has a client for Bedrock; Claude's answers are those of `_anthropic`. Of the others
    there is only documentation."""

    def root(name: str, sdk: str, way: Way, source: str) -> Root:
        return Root(f"bedrock.{name}", sdk, ("bedrock_invoke",), way, source)

    return [
        root("claude", "anthropic", _IN, "ClaudeOnBedrock"),
        root("claude (beta)", "anthropic", _IN, "ClaudeBetaOnBedrock"),
        root("command", "cohere", _IN, "CommandOnBedrock"),
        root("command generate", "cohere", _IN, "GenerateOnBedrock"),
        root("command embed", "cohere", _IN, "EmbedOnBedrock"),
        root("command v2", "cohere", _IN, "Command2OnBedrock"),
        root("command embed v2", "cohere", _IN, "Embed2OnBedrock"),
        root("command rerank v2", "cohere", _IN, "Rerank2OnBedrock"),
        root("command", "cohere", _OUT, "cohere.types.non_streamed_chat_response:NonStreamedChatResponse"),
        root("command generate", "cohere", _OUT, "cohere.types.generation:Generation"),
        root("command embed", "cohere", _OUT, "cohere.types.embed_response:EmbedResponse"),
        root("command rerank", "cohere", _OUT, "cohere.types.rerank_response:RerankResponse"),
        root("command", "cohere", _EVENT, "cohere.types.streamed_chat_response:StreamedChatResponse"),
        root("command generate", "cohere", _EVENT, "cohere.types.generate_streamed_response:GenerateStreamedResponse"),
    ]  # fmt: skip


def _mistral() -> list[Root]:
    def root(name: str, way: Way, module: str, kind: str) -> Root:
        source = f"mistralai.client.models.{module}:{kind}"
        return Root(f"mistral.{name}", "mistralai", ("mistral",), way, source)

    return [
        root("chat.complete", _IN, "chatcompletionrequest", "ChatCompletionRequest"),
        root("agents.complete", _IN, "agentscompletionrequest", "AgentsCompletionRequest"),
        root("fim.complete", _IN, "fimcompletionrequest", "FIMCompletionRequest"),
        root("embeddings.create", _IN, "embeddingrequest", "EmbeddingRequest"),
        root("classifiers.moderate", _IN, "classificationrequest", "ClassificationRequest"),
        root("classifiers.moderate_chat", _IN, "chatmoderationrequest", "ChatModerationRequest"),
        root("classifiers.classify_chat", _IN, "chatclassificationrequest", "ChatClassificationRequest"),
        root("ocr.process", _IN, "ocrrequest", "OCRRequest"),
        root("conversations.start", _IN, "conversationrequest", "ConversationRequest"),
        root("conversations.append", _IN, "conversationappendrequest", "ConversationAppendRequest"),
        root("chat", _OUT, "chatcompletionresponse", "ChatCompletionResponse"),
        root("fim", _OUT, "fimcompletionresponse", "FIMCompletionResponse"),
        root("embeddings", _OUT, "embeddingresponse", "EmbeddingResponse"),
        root("moderations", _OUT, "moderationresponse", "ModerationResponse"),
        root("classifications", _OUT, "classificationresponse", "ClassificationResponse"),
        root("ocr", _OUT, "ocrresponse", "OCRResponse"),
        root("conversations", _OUT, "conversationresponse", "ConversationResponse"),
        root("chat.chunk", _EVENT, "completionchunk", "CompletionChunk"),
        root("conversations.stream_event", _EVENT, "conversationevents", "ConversationEventsData"),
    ]


def _cohere() -> list[Root]:
    def root(name: str, way: Way, source: str) -> Root:
        return Root(f"cohere.{name}", "cohere", ("cohere",), way, source)

    return [
        root("chat", _IN, "CohereChatRequest"),
        root("embed", _IN, "CohereEmbedRequest"),
        root("rerank", _IN, "CohereRerankRequest"),
        root("chat", _OUT, "cohere.v2.types.v2chat_response:V2ChatResponse"),
        root("embed", _OUT, "cohere.types.embed_by_type_response:EmbedByTypeResponse"),
        root("rerank", _OUT, "cohere.v2.types.v2rerank_response:V2RerankResponse"),
        root("chat.stream_event", _EVENT, "cohere.v2.types.v2chat_stream_response:V2ChatStreamResponse"),
    ]


def _ollama() -> list[Root]:
    def root(name: str, way: Way, kind: str) -> Root:
        return Root(f"ollama.{name}", "ollama", ("ollama",), way, f"ollama._types:{kind}")

    return [
        root("chat", _IN, "ChatRequest"),
        root("generate", _IN, "GenerateRequest"),
        root("embed", _IN, "EmbedRequest"),
        root("chat", _OUT, "ChatResponse"),
        root("generate", _OUT, "GenerateResponse"),
        root("embed", _OUT, "EmbedResponse"),
        root("chat.line", _EVENT, "ChatResponse"),
        root("generate.line", _EVENT, "GenerateResponse"),
    ]


def _other_chats() -> list[Root]:
    return [
        root
        for sdk in ("groq", "together")
        for root in (
            Root(f"{sdk}.chat.completions.create", sdk, _CHAT[:1], _IN,
                 f"{sdk}.types.chat.completion_create_params:"
                 + ("CompletionCreateParams" if sdk == "groq" else "CompletionCreateParamsNonStreaming")),
            Root(f"{sdk}.chat.completions", sdk, _CHAT[:1], _OUT, f"{sdk}.types.chat.chat_completion:ChatCompletion"),
            Root(f"{sdk}.chat.completions.chunk", sdk, _CHAT[:1], _EVENT,
                 f"{sdk}.types.chat.chat_completion_chunk:ChatCompletionChunk"),
        )
    ]  # fmt: skip


def _mcp() -> list[Root]:
    """What a client posts: requests, notifications, and its results of what a server asked. What comes back is
    the mirror of that; an answer may be a stream, and its events are the same messages."""
    roots: list[Root] = []
    for era in ("2025-11-25", "2026-07-28"):
        module = f"mcp_types._v{era.replace('-', '_')}"
        both = (_OUT, _EVENT)
        kinds = [("ClientRequest", "", (_IN,)), ("ClientNotification", "", (_IN,)), ("ServerResult", "result", both),
                 ("ServerNotification", "", both), ("JSONRPCErrorResponse", "", both)]  # fmt: skip
        if era < "2026":
            kinds += [("ServerRequest", "", both), ("ClientResult", "result", (_IN,))]
        roots += [
            Root(f"mcp.{era}.{kind}", "mcp-types", ("mcp",), way, f"{module}:{kind}", under)
            for kind, under, ways in kinds
            for way in ways
        ]
    return roots


_FAMILIES = (
    _openai, _anthropic, _google, _bedrock, _bedrock_invoke, _mistral, _cohere, _ollama, _other_chats, _mcp,
)  # fmt: skip

ROOTS: tuple[Root, ...] = tuple(root for family in _FAMILIES for root in family())
