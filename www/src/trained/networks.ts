/** Trained networks that come with the page: `cargo xtask bench trained --store` writes their files and the records beside them. */
import lenet5Fashion from "./lenet5-fashion.json" with { type: "json" };
import lenet5Mnist from "./lenet5-mnist.json" with { type: "json" };
import resnet8Cifar10 from "./resnet-8-cifar10.json" with { type: "json" };

export interface TrainedNetwork {
  /** The recipe that it was trained by, whose run has the check. */
  link: string;
  check: string;
  model: string;
  data: string;
  /** What a link names its file by. */
  digest: string;
  /** The size of the file. */
  bytes: number;
  /** The share of the data's test images that the file, as it is, has right. */
  accuracy: number;
  images: number;
  /** Where the file lies. */
  url: string;
}

export const TRAINED: readonly TrainedNetwork[] = [
  { ...lenet5Mnist, url: new URL("./lenet5-mnist.safetensors", import.meta.url).href },
  { ...lenet5Fashion, url: new URL("./lenet5-fashion.safetensors", import.meta.url).href },
  { ...resnet8Cifar10, url: new URL("./resnet-8-cifar10.safetensors", import.meta.url).href },
];

/** The network whose file has that digest, where it comes with the page. */
export function trainedOf(digest: string | undefined): TrainedNetwork | undefined {
  return TRAINED.find((network) => network.digest === digest);
}
