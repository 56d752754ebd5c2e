"""Makes freshly initialized models by libraries' own code, at reduced width, for the library's own contracts.

    python src/test/python/library_models.py FOLDER SEED

writes NAME.CONTRACT.safetensors of each, which the exhaustive test LibraryModelsTest audits. It needs PyTorch, transformers, torchvision, timm,
peft and safetensors. Their names and shapes are committed, for a test that needs none of them:

    python src/test/python/library_models.py --names > src/test/resources/dev/lanewise/check/library-models.txt

was run with PyTorch 2.13, transformers 5.18, torchvision 0.28, timm 1.0.29 and peft 0.21.
"""
import pathlib
import sys

import torch
from torch import nn

try:
    import torchvision
except RuntimeError:
    # built for another PyTorch: its operators aren't needed, their names are
    library = torch.library.Library("torchvision", "FRAGMENT")
    for operator in ("nms", "qnms"):
        library.define(operator + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    import torchvision
import peft
import timm
import transformers
from safetensors.torch import save_file

GPT2 = dict(n_embd=32, n_layer=2, n_head=4, vocab_size=300, n_positions=40)
BERT = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, vocab_size=300, max_position_embeddings=40)
LLAMA = dict(BERT, num_key_value_heads=2, pad_token_id=0)
VIT = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, image_size=32, patch_size=8, encoder_stride=8, num_labels=5)


def hugging_face(name, config, **settings):
    return lambda: getattr(transformers, name)(getattr(transformers, config)(**settings))


def resnet(block, residual=True, **settings):
    return lambda: torchvision.models.ResNet(getattr(torchvision.models.resnet, block), [1, 2, 1, 1], num_classes=5,
                                             zero_init_residual=not residual, **settings)


def lora(model, **settings):
    return lambda: peft.get_peft_model(model(), peft.LoraConfig(r=8, **settings))


class Literature(nn.Module):
    """What the contract lstm says, by PyTorch's own functions."""
    def __init__(self, **settings):
        super().__init__()
        self.embedding = nn.Embedding(50, 24)
        self.lstm = nn.LSTM(24, 32, num_layers=2, **settings)
        self.head = nn.Linear(32, 5)
        for name, parameter in self.lstm.named_parameters():
            for gate, part in enumerate(parameter.data.chunk(4) if "weight_hr" not in name else []):
                if "weight_ih" in name:
                    nn.init.xavier_uniform_(part)
                elif "weight_hh" in name:
                    nn.init.orthogonal_(part)
                else:
                    nn.init.constant_(part, 1.0 if gate == 1 and "bias_ih" in name else 0.0)


MODELS = {
    "GPT2Model.gpt2": hugging_face("GPT2Model", "GPT2Config", **GPT2),
    "GPT2LMHeadModel.gpt2": hugging_face("GPT2LMHeadModel", "GPT2Config", **GPT2),
    "GPT2LMHeadModel-untied.gpt2": hugging_face("GPT2LMHeadModel", "GPT2Config", tie_word_embeddings=False, **GPT2),
    "GPT2Model-cross.gpt2": hugging_face("GPT2Model", "GPT2Config", add_cross_attention=True, **GPT2),
    "GPT2ForSequenceClassification.gpt2": hugging_face("GPT2ForSequenceClassification", "GPT2Config", num_labels=3, **GPT2),
    "GPT2DoubleHeadsModel.gpt2": hugging_face("GPT2DoubleHeadsModel", "GPT2Config", num_labels=1, **GPT2),
    "GPT2LMHeadModel-bfloat16.gpt2": lambda: hugging_face("GPT2LMHeadModel", "GPT2Config", **GPT2)().bfloat16(),
    "BertModel.bert": hugging_face("BertModel", "BertConfig", **BERT),
    "BertForPreTraining.bert": hugging_face("BertForPreTraining", "BertConfig", **BERT),
    "BertForMaskedLM.bert": hugging_face("BertForMaskedLM", "BertConfig", **BERT),
    "BertForSequenceClassification.bert": hugging_face("BertForSequenceClassification", "BertConfig", **BERT),
    "BertForQuestionAnswering.bert": hugging_face("BertForQuestionAnswering", "BertConfig", **BERT),
    "BertLMHeadModel-decoder.bert": hugging_face("BertLMHeadModel", "BertConfig", is_decoder=True, add_cross_attention=True, **BERT),
    "LlamaModel.llama": hugging_face("LlamaModel", "LlamaConfig", **LLAMA),
    "LlamaForCausalLM.llama": hugging_face("LlamaForCausalLM", "LlamaConfig", **LLAMA),
    "LlamaForCausalLM-tied.llama": hugging_face("LlamaForCausalLM", "LlamaConfig", tie_word_embeddings=True, attention_bias=True, **LLAMA),
    "LlamaForSequenceClassification.llama": hugging_face("LlamaForSequenceClassification", "LlamaConfig", **LLAMA),
    "MistralForCausalLM.llama": hugging_face("MistralForCausalLM", "MistralConfig", **LLAMA),
    "Qwen2ForCausalLM.llama": hugging_face("Qwen2ForCausalLM", "Qwen2Config", **LLAMA),
    "Qwen3ForCausalLM.llama": hugging_face("Qwen3ForCausalLM", "Qwen3Config", head_dim=8, **LLAMA),
    "ViTModel.vit": hugging_face("ViTModel", "ViTConfig", **VIT),
    "ViTForImageClassification.vit": hugging_face("ViTForImageClassification", "ViTConfig", **VIT),
    "ViTForMaskedImageModeling.vit": hugging_face("ViTForMaskedImageModeling", "ViTConfig", **VIT),
    "ResNet-basic.resnet": resnet("BasicBlock"),
    "ResNet-bottleneck.resnet": resnet("Bottleneck"),
    "ResNet-grouped.resnet": resnet("Bottleneck", groups=8, width_per_group=4),
    "ResNet-basic-zero.resnet": resnet("BasicBlock", residual=False),
    "ResNet-bottleneck-zero.resnet": resnet("Bottleneck", residual=False),
    "timm-resnet26-zero.resnet": lambda: timm.create_model("resnet26", num_classes=5),
    "LSTM.lstm": Literature,
    "LSTM-bidirectional.lstm": lambda: Literature(bidirectional=True),
    "LSTM-projected.lstm": lambda: Literature(proj_size=16),
    "Llama-adapters.lora": lora(hugging_face("LlamaForCausalLM", "LlamaConfig", **LLAMA), target_modules=["q_proj", "v_proj"]),
    "Llama-DoRA.lora": lora(hugging_face("LlamaForCausalLM", "LlamaConfig", **LLAMA), target_modules=["q_proj", "v_proj"], use_dora=True),
    "GPT2-adapters.lora": lora(hugging_face("GPT2LMHeadModel", "GPT2Config", **GPT2), target_modules=["c_attn", "wte"], fan_in_fan_out=True),
    "ResNet-adapters.lora": lora(resnet("BasicBlock"), target_modules=["conv1"]),
}


def main():
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    for name, make in MODELS.items():
        if sys.argv[1] == "--names":
            print("# " + name)
            for key, tensor in make().state_dict().items():
                print(key, "x".join(map(str, tensor.shape)) or "1")
            continue
        torch.manual_seed(int(sys.argv[2]))
        save_file({key: tensor.detach().clone().contiguous() for key, tensor in make().state_dict().items()},
                  pathlib.Path(sys.argv[1]) / f"{name}.safetensors")


if __name__ == "__main__":
    main()
