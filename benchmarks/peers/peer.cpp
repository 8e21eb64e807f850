// A segmentation pipeline as C++ programmers write it with OpenCV and ONNX Runtime: the rival of SegPipe's benchmarks.
//
//   peer sequential|threads MODEL.onnx CLIP OUT.mp4 THREADS PRESET FRAMES [LABELS.gray]
//
// One frame after the other, or one thread a step. The network wants 1024x512 RGB, level / 127.5 - 1, and gives logits (classes x rows x columns).
// LABELS.gray receives the class maps, one byte a pixel. Prints frames, seconds and frames a second.
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <fstream>
#include <functional>
#include <iostream>
#include <mutex>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>
#include <optional>
#include <thread>
#include <vector>

#include "onnxruntime_c_api.h"

static const OrtApi* ort = OrtGetApiBase()->GetApi(ORT_API_VERSION);

static void check(OrtStatus* status) {
  if (!status) return;
  std::cerr << ort->GetErrorMessage(status) << "\n";
  std::exit(1);
}

static const int input_width = 1024, input_height = 512;
static const unsigned char cityscapes[19][3] = {{128, 64, 128}, {244, 35, 232}, {70, 70, 70}, {102, 102, 156}, {190, 153, 153}, {153, 153, 153}, {250, 170, 30},
                                                {220, 220, 0}, {107, 142, 35}, {152, 251, 152}, {70, 130, 180}, {220, 20, 60}, {255, 0, 0}, {0, 0, 142},
                                                {0, 0, 70}, {0, 60, 100}, {0, 80, 100}, {0, 0, 230}, {119, 11, 32}};

struct Item {
  cv::Mat frame, labels;
  std::vector<float> tensor;
  std::vector<cv::Mat> logits;  // a plane each
};

class Network {
 public:
  Network(const char* path, int threads) {
    OrtEnv* env;
    OrtSessionOptions* options;
    check(ort->CreateEnv(ORT_LOGGING_LEVEL_ERROR, "peer", &env));
    check(ort->CreateSessionOptions(&options));
    check(ort->SetIntraOpNumThreads(options, threads));
    check(ort->SetSessionGraphOptimizationLevel(options, ORT_ENABLE_ALL));
    check(ort->CreateSession(env, path, options, &session_));
    check(ort->CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory_));
    OrtAllocator* allocator;
    check(ort->GetAllocatorWithDefaultOptions(&allocator));
    check(ort->SessionGetInputName(session_, 0, allocator, &input_));
    check(ort->SessionGetOutputName(session_, 0, allocator, &output_));
  }

  void run(Item& item) {
    const int64_t shape[] = {1, 3, input_height, input_width};
    OrtValue *input = nullptr, *output = nullptr;
    check(ort->CreateTensorWithDataAsOrtValue(memory_, item.tensor.data(), item.tensor.size() * sizeof(float), shape, 4, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &input));
    check(ort->Run(session_, nullptr, &input_, &input, 1, &output_, 1, &output));
    OrtTensorTypeAndShapeInfo* info;
    int64_t dims[4];
    float* data;
    check(ort->GetTensorTypeAndShape(output, &info));
    check(ort->GetDimensions(info, dims, 4));
    check(ort->GetTensorMutableData(output, reinterpret_cast<void**>(&data)));
    item.logits.clear();
    for (int64_t c = 0; c < dims[1]; c++) item.logits.push_back(cv::Mat(int(dims[2]), int(dims[3]), CV_32F, data + c * dims[2] * dims[3]).clone());
    ort->ReleaseTensorTypeAndShapeInfo(info);
    ort->ReleaseValue(output);
    ort->ReleaseValue(input);
  }

 private:
  OrtSession* session_;
  OrtMemoryInfo* memory_;
  char *input_, *output_;
};

static void prepare(Item& item) {
  cv::Mat small, rgb, real;
  cv::resize(item.frame, small, {input_width, input_height}, 0, 0, cv::INTER_LINEAR);
  cv::cvtColor(small, rgb, cv::COLOR_BGR2RGB);
  rgb.convertTo(real, CV_32FC3, 1 / 127.5, -1);
  item.tensor.resize(3 * input_width * input_height);
  std::vector<cv::Mat> planes;
  for (int c = 0; c < 3; c++) planes.emplace_back(input_height, input_width, CV_32F, item.tensor.data() + c * input_width * input_height);
  cv::split(real, planes);
}

static void colour(Item& item) {
  const cv::Size size = item.frame.size();
  cv::Mat best, plane, greater;
  item.labels = cv::Mat::zeros(size, CV_8U);
  cv::resize(item.logits[0], best, size, 0, 0, cv::INTER_LINEAR);
  for (size_t c = 1; c < item.logits.size(); c++) {
    cv::resize(item.logits[c], plane, size, 0, 0, cv::INTER_LINEAR);
    cv::compare(plane, best, greater, cv::CMP_GT);
    item.labels.setTo(int(c), greater);
    cv::max(best, plane, best);
  }

  static const cv::Mat table = [] {
    cv::Mat lut = cv::Mat::zeros(1, 256, CV_8UC3);
    for (int c = 0; c < 19; c++) lut.at<cv::Vec3b>(c) = {cityscapes[c][2], cityscapes[c][1], cityscapes[c][0]};
    return lut;
  }();
  cv::Mat three, painted;
  cv::merge(std::vector<cv::Mat>(3, item.labels), three);
  cv::LUT(three, table, painted);
  cv::addWeighted(item.frame, 0.5, painted, 0.5, 0, item.frame);
}

template <class T>
class Channel {
 public:
  void put(std::optional<T> value) {
    std::unique_lock lock(mutex_);
    space_.wait(lock, [&] { return values_.size() < 4; });
    values_.push_back(std::move(value));
    filled_.notify_one();
  }

  std::optional<T> take() {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [&] { return !values_.empty(); });
    auto value = std::move(values_.front());
    values_.pop_front();
    space_.notify_one();
    return value;
  }

 private:
  std::mutex mutex_;
  std::condition_variable space_, filled_;
  std::deque<std::optional<T>> values_;
};

int main(int count, char** arguments) {
  if (count < 8) {
    std::cerr << "usage: peer sequential|threads MODEL.onnx CLIP OUT.mp4 THREADS PRESET FRAMES [LABELS.gray]\n";
    return 64;
  }
  const std::string mode = arguments[1], clip = arguments[3], target = arguments[4], preset = arguments[6];
  const int threads = std::stoi(arguments[5]), limit = std::stoi(arguments[7]);
  Network network(arguments[2], threads);
  cv::VideoCapture capture(clip, cv::CAP_FFMPEG);
  if (!capture.isOpened()) return std::cerr << clip << " cannot be read\n", 66;
  const int width = int(capture.get(cv::CAP_PROP_FRAME_WIDTH)), height = int(capture.get(cv::CAP_PROP_FRAME_HEIGHT));
  std::ofstream labels;
  if (count > 8) labels.open(arguments[8], std::ios::binary);
  const std::string command = "ffmpeg -v error -y -f rawvideo -pix_fmt bgr24 -s " + std::to_string(width) + "x" + std::to_string(height) + " -r " +
                              std::to_string(capture.get(cv::CAP_PROP_FPS)) + " -i - -c:v libx264 -preset " + preset + " -crf 23 -pix_fmt yuv420p '" + target + "'";
  FILE* encoder = popen(command.c_str(), "w");

  const auto start = std::chrono::steady_clock::now();
  int read_frames = 0, written = 0;
  auto read = [&]() -> std::optional<Item> {
    Item item;
    if (read_frames == limit || !capture.read(item.frame)) return std::nullopt;
    read_frames++;
    prepare(item);
    return item;
  };
  auto write = [&](Item& item) {
    fwrite(item.frame.data, 1, item.frame.total() * item.frame.elemSize(), encoder);
    if (labels.is_open()) labels.write(reinterpret_cast<const char*>(item.labels.data), std::streamsize(item.labels.total()));
    written++;
  };

  if (mode == "sequential") {
    while (auto item = read()) {
      network.run(*item);
      colour(*item);
      write(*item);
    }
  } else {
    Channel<Item> prepared, inferred, coloured;
    auto pass = [](Channel<Item>& from, Channel<Item>& to, std::function<void(Item&)> work) {
      while (auto item = from.take()) {
        work(*item);
        to.put(std::move(item));
      }
      to.put(std::nullopt);
    };
    std::thread reader([&] {
      while (auto item = read()) prepared.put(std::move(item));
      prepared.put(std::nullopt);
    });
    std::thread inferrer([&] { pass(prepared, inferred, [&](Item& item) { network.run(item); }); });
    std::thread painter([&] { pass(inferred, coloured, colour); });
    while (auto item = coloured.take()) write(*item);
    reader.join();
    inferrer.join();
    painter.join();
  }

  if (pclose(encoder) != 0) return std::cerr << "ffmpeg failed\n", 70;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::cout << "frames " << written << " seconds " << seconds << " fps " << written / seconds << "\n";
}
