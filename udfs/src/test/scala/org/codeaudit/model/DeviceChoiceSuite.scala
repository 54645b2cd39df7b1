package org.codeaudit.model
import java.util.{Optional, OptionalInt, List => JavaList}

import org.codeaudit.AuditException
import org.codeaudit.model.DeviceChoice.Sight
import org.codeaudit.model.DeviceRequest.Wish
import org.scalatest.funsuite.AnyFunSuite

/** From the address that Spark assigned to the index that CUDA counts in this process. */
class DeviceChoiceSuite extends AnyFunSuite {
  private val unset = Option.empty[String]

  private def choice(
      wish: Wish,
      assigned: Option[String],
      devices: Option[Int],
      visible: Option[String] = unset
  ): DeviceChoice = {
    val addresses = assigned.fold(JavaList.of[String]())(JavaList.of(_))
    val count = devices.fold(OptionalInt.empty)(OptionalInt.of)
    DeviceChoice.of(
      new DeviceRequest(wish, addresses),
      () => new Sight(count, visible.fold(Optional.empty[String])(Optional.of(_)))
    )
  }

  // address, devices in sight, CUDA_VISIBLE_DEVICES, expected index
  private val indices = Seq(
    (None, 1, unset, 0),
    (None, 4, unset, 0),
    (None, 2, Some("5,6"), 0),
    // a number is the index, unless a container shows its only GPU as 0
    (Some("0"), 4, unset, 0),
    (Some("3"), 4, unset, 3),
    (Some(" 3 "), 4, unset, 3),
    (Some("3"), 1, unset, 0),
    // a place in the list of visible devices
    (Some("3"), 1, Some("3"), 0),
    (Some("3"), 2, Some("2,3"), 1),
    (Some("2"), 2, Some(" 3 , 2 "), 1),
    (Some("1"), 2, Some("10,1"), 1),
    // names, in full or shortened
    (Some("GPU-1234-aaaa"), 1, Some("GPU-1234-aaaa"), 0),
    (Some("GPU-1234-aaaa"), 2, Some("GPU-9,GPU-12"), 1),
    (Some("MIG-77"), 1, Some("MIG-77"), 0),
    // the only device in sight, which the list names in another way
    (Some("GPU-1234-aaaa"), 1, unset, 0),
    (Some("GPU-1234-aaaa"), 1, Some("3"), 0),
    (Some("0"), 1, Some("GPU-1234-aaaa"), 0),
    (Some("MIG-77"), 1, unset, 0),
    (Some("0"), 1, Some("MIG-77"), 0)
  )
  for ((address, devices, visible, index) <- indices) {
    val request = address.fold("no address")("address " + _)
    test(s"$request of $devices devices, CUDA_VISIBLE_DEVICES $visible, is index $index") {
      for (wish <- Seq(Wish.AUTO, Wish.GPU)) {
        val made = choice(wish, address, Some(devices), visible)
        assert(made.device == Device.gpu(index))
        assert(made.device.toString == s"cuda:$index")
        assert(made.reason.contains(s": the model runs on cuda:$index"))
      }
    }
  }

  private val refused = Seq(
    ("4", 4, unset),
    ("12345", 2, unset),
    ("GPU-1234", 2, unset),
    ("nonsense", 2, unset),
    // the list contradicts the assignment: two executors could share a GPU
    ("1", 1, Some("0")),
    ("5", 2, Some("0,1")),
    ("GPU-1234", 1, Some("GPU-9")),
    ("MIG-77", 1, Some("MIG-78")),
    // CUDA ignores what stands behind a device it does not know
    ("3", 1, Some("99,3"))
  )
  for ((address, devices, visible) <- refused) {
    test(s"address $address of $devices devices, CUDA_VISIBLE_DEVICES $visible, is refused") {
      for (wish <- Seq(Wish.AUTO, Wish.GPU)) {
        val error = intercept[AuditException](choice(wish, Some(address), Some(devices), visible))
        assert(error.errorClass.name == "GPU_ADDRESS")
        assert(
          error.getMessage.contains(s"Spark assigned GPU $address, and libtorch sees $devices")
        )
      }
    }
  }

  test("without a GPU the model runs on the CPU and the line says why, or it is refused") {
    val cases = Seq(
      (Some("1"), None, unset) ->
        "Spark assigned GPU 1, and this libtorch has no CUDA (CPU build)",
      (None, None, unset) -> "Spark assigned no GPU, and this libtorch has no CUDA (CPU build)",
      (Some("1"), Some(0), unset) -> "Spark assigned GPU 1, and libtorch sees no CUDA device",
      (None, Some(0), Some("")) ->
        "Spark assigned no GPU, and libtorch sees no CUDA device (CUDA_VISIBLE_DEVICES=)"
    )
    for (((assigned, devices, visible), why) <- cases) {
      val made = choice(Wish.AUTO, assigned, devices, visible)
      assert(made.device == Device.CPU && made.device.toString == "cpu")
      assert(made.reason == why + ": the model runs on the CPU; --require-gpu refuses that")
      val error = intercept[AuditException](choice(Wish.GPU, assigned, devices, visible))
      assert(error.errorClass.name == "GPU_REQUIRED" && error.getMessage.contains(why))
    }
  }

  test("asked for the CPU, nothing is looked at") {
    val request = new DeviceRequest(Wish.CPU, JavaList.of("3"))
    assert(DeviceChoice.of(request, () => fail("looked")).device == Device.CPU)
  }

  test("a MIG instance that nothing but its name sets apart comes with a caution") {
    val caution = "start it with CUDA_VISIBLE_DEVICES=MIG-77"
    assert(choice(Wish.AUTO, Some("MIG-77"), Some(1)).reason.contains(caution))
    assert(!choice(Wish.AUTO, Some("MIG-77"), Some(1), Some("MIG-77")).reason.contains(caution))
    assert(!choice(Wish.AUTO, Some("0"), Some(1)).reason.contains("unless"))
  }

  test("settings of executors with different GPUs are different keys") {
    val settings =
      new ModelSettings("m", Precision.BF16, 0, 0, DeviceRequest.of(Wish.AUTO))
    val first = settings.assigned(JavaList.of("0"))
    assert(first == settings.assigned(JavaList.of("0")) && first != settings)
    assert(first != settings.assigned(JavaList.of("1")))
    assert(first.device.wish == Wish.AUTO && settings.assigned(JavaList.of()) == settings)
  }
}
