package org.codeaudit.placement

import scala.jdk.CollectionConverters._
import scala.util.Random

import org.codeaudit.AuditException
import org.codeaudit.generate.EngineSettings
import org.codeaudit.model.{CacheType, Device, Precision}
import org.codeaudit.model.DeviceRequest.Wish
import org.codeaudit.model.PlacementRequest.Strategy
import org.codeaudit.placement.Known._
import org.codeaudit.placement.PlacementPlan.Residence
import org.codeaudit.placement.weight.Instructions
import org.scalatest.funsuite.AnyFunSuite

class PlacementsSuite extends AnyFunSuite {
  private val ways = Strategy.values.toSeq

  private def planned(question: PlacementQuestion): Option[PlacementPlan] =
    Placements.of(question) match {
      case plan: PlacementPlan => Some(plan)
      case _                   => None
    }

  private def refused(question: PlacementQuestion): Refusal =
    Placements.of(question) match {
      case refusal: Refusal => refusal
      case plan             => fail(s"not refused: $plan")
    }

  /** The best way in bf16, int8 and int4 on each of the machines. */
  private val expected = Seq(
    coder7 -> "disk/cpu/cpu cpu/cpu/cpu cpu/cpu/cpu gpu/gpu/gpu gpu/gpu/gpu gpu/gpu/gpu gpu/gpu/gpu gpu/gpu/gpu gpu/gpu/gpu",
    coder32 -> "disk/disk/disk disk/disk/disk disk/cpu/cpu streamed/streamed/streamed streamed/gpu/gpu gpu/gpu/gpu gpu/gpu/gpu gpu/gpu/gpu gpu/gpu/gpu",
    dense32 -> "disk/disk/disk disk/disk/disk disk/cpu/cpu streamed/streamed/streamed streamed/gpu/gpu gpu/gpu/gpu gpu/gpu/gpu gpu/gpu/gpu gpu/gpu/gpu",
    experts30 -> "disk/disk/disk disk/disk/cpu disk/cpu/cpu hybrid/hybrid/gpu hybrid/gpu/gpu gpu/gpu/gpu gpu/gpu/gpu gpu/gpu/gpu gpu/gpu/gpu",
    coder30 -> "disk/disk/disk disk/disk/cpu disk/cpu/cpu hybrid/hybrid/gpu hybrid/gpu/gpu gpu/gpu/gpu gpu/gpu/gpu gpu/gpu/gpu gpu/gpu/gpu",
    next -> "disk/disk/disk disk/disk/disk disk/disk/cpu disk/disk/hybrid disk/hybrid/hybrid hybrid/hybrid/gpu multi-gpu/multi-gpu/gpu hybrid/gpu/gpu disk/gpu/gpu",
    nextInt4 -> "disk/disk/disk disk/disk/disk cpu/cpu/cpu hybrid/hybrid/hybrid hybrid/hybrid/hybrid gpu/gpu/gpu gpu/gpu/gpu gpu/gpu/gpu gpu/gpu/gpu"
  )

  test("every model has its best way on every machine") {
    for ((model, row) <- expected) {
      val found = machines.map { case (_, machine) =>
        Seq(Precision.BF16, Precision.INT8, Precision.INT4)
          .map(p => planned(question(model, machine, p)).fold("none")(_.strategy.toString))
          .mkString("/")
      }
      assert(found.mkString(" ") == row, model.name)
    }
  }

  test("a plan takes no more than there is, and its parts belong together") {
    val random = new Random(4)
    var plans = 0
    for (_ <- 1 to 600) {
      val model = models(random.nextInt(models.size))
      val strategy = ways(random.nextInt(ways.size))
      val shared = random.nextInt(8) == 0
      val gpus = Seq.fill(random.nextInt(4))(2 + random.nextDouble() * 90)
      val base = machine(4 + random.nextDouble() * 300, gpus: _*)
      val there = new Machine(
        base.gpus,
        base.freeMemory,
        new Instructions(random.nextBoolean(), true),
        shared
      )
      val cap = if (random.nextInt(3) == 0) gb(3 + random.nextDouble() * 60) else 0L
      val cacheTokens = if (random.nextInt(3) == 0) 1 + random.nextInt(60000) else 0
      val asked = question(
        model,
        there,
        Precision.values()(random.nextInt(6)),
        strategy,
        cacheTokens = cacheTokens,
        batch = 1 + random.nextInt(64),
        gpuMemory = cap,
        cpuMemory = cap
      )
      for (plan <- planned(asked)) {
        plans += 1
        check(plan, asked)
      }
    }
    assert(plans > 150)
  }

  private def check(plan: PlacementPlan, asked: PlacementQuestion): Unit = {
    val clue = s"$asked\n$plan".take(2000)
    val shares = plan.shares.asScala
    val there = asked.machine
    def cap(free: Long, most: Long) = if (most > 0) math.min(free, most) else free
    for ((device, share) <- shares) {
      val free =
        if (device == Device.CPU) cap(there.freeMemory, asked.request.cpuMemory)
        else
          cap(
            there.gpus.asScala.find(_.device == device).get.freeBytes,
            asked.request.gpuMemory
          )
      assert(share.held <= free, clue)
      assert(device == Device.CPU || share.mapped == 0, clue)
    }
    if (there.sharesMemory) assert(shares.values.map(_.held).sum <= there.freeMemory, clue)
    // one place for each layer, on devices that are accounted for
    assert(plan.layers.size == asked.model.config.layers, clue)
    val places = plan.layers.asScala
    for (place <- places) {
      assert(shares.contains(place.device) && shares.contains(place.feedForward), clue)
      assert(place.residence != Residence.MAPPED || place.feedForward == Device.CPU, clue)
      assert(place.residence != Residence.STREAMED || place.device != Device.CPU, clue)
    }
    assert(shares.contains(plan.embedding) && shares.contains(plan.head), clue)
    // the cache of all devices is that of all layers
    val cache = places.zipWithIndex.map { case (place, layer) =>
      asked.cachePerPosition(layer, place.device != Device.CPU) * plan.cacheTokens +
        asked.model.statePerSequence(layer) * plan.states
    }.sum
    assert(shares.values.map(_.cache).sum == cache, clue)
    assert(asked.cacheTokens == 0 || plan.cacheTokens == asked.cacheTokens, clue)
    assert(plan.cacheTokens >= 1 && plan.explanation.startsWith(plan.strategy.toString), clue)
    if (plan.strategy == Strategy.GPU || plan.strategy == Strategy.MULTI_GPU) {
      val least = asked.model.weightBytes(asked.precision)
      val held = shares.values.map(_.weights).sum
      // a tied embedding is on two GPUs if the first and the last layer are
      assert(held >= least && held <= least + asked.model.embedding.numbers * 4, clue)
    }
    assert(asked.request.strategy == Strategy.AUTO || plan.strategy == asked.request.strategy)
  }

  test("more memory never turns a fit into a refusal") {
    val random = new Random(5)
    for (_ <- 1 to 60) {
      val model = models(random.nextInt(models.size))
      val strategy = ways(random.nextInt(ways.size))
      val precision = Precision.values()(random.nextInt(6))
      val cacheTokens = if (random.nextBoolean()) 0 else random.nextInt(200000)
      val gpus = Seq.fill(random.nextInt(4))(random.nextDouble() * 40)
      val memory = random.nextDouble() * 60
      var fitted = false
      for (factor <- Seq(1.0, 1.1, 1.5, 2.0, 3.0, 5.0)) {
        val more = question(
          model,
          machine(memory * factor, gpus.map(_ * factor): _*),
          precision,
          strategy,
          cacheTokens = cacheTokens
        )
        val fits = planned(more).isDefined
        assert(fits || !fitted, more)
        fitted = fits
      }
    }
  }

  test("layers are split so that all GPUs are filled to the same part") {
    for (gpus <- Seq(Seq(84.5, 84.5), Seq(84.5, 47.0, 47.0), Seq(24.0, 84.5, 84.5))) {
      val asked =
        question(next, machine(64, gpus: _*), strategy = Strategy.MULTI_GPU, cacheTokens = 65536)
      val plan = planned(asked).get
      val order = plan.layers.asScala.map(_.device.gpu.getAsInt)
      assert(order == order.sorted && order.distinct.size == gpus.size)
      assert(plan.embedding == Device.gpu(0) && plan.head == Device.gpu(gpus.size - 1))
      val parts = gpus.indices.map { i =>
        plan.shares.get(Device.gpu(i)).held.toDouble / gb(gpus(i))
      }
      // a layer has 3.3 GB
      assert(parts.max - parts.min < 0.16, parts)
    }
  }

  test("of a model of experts the GPU has everything else, and as many experts as fit") {
    val places = Seq(8.0, 14.0, 24.0, 40.0).map { gpu =>
      val plan =
        planned(question(nextInt4, machine(60, gpu), strategy = Strategy.HYBRID)).get
      assert(plan.embedding == Device.gpu(0) && plan.head == Device.gpu(0))
      assert(plan.layers.asScala.forall(_.device == Device.gpu(0)))
      // the smallest has no room for all of it
      assert((plan.cacheTokens == 16 * 4096 || gpu == 8) && plan.states == 16)
      plan.layers.asScala.count(_.feedForward == Device.CPU)
    }
    assert(places == places.sorted.reverse && places.distinct.size == 4 && places.last > 0)
  }

  test("of a dense model the GPU has the last layers") {
    val plan =
      planned(question(coder32, machine(120, 24), strategy = Strategy.HYBRID)).get
    val devices = plan.layers.asScala.map(_.device)
    val onProcessor = devices.takeWhile(_ == Device.CPU).size
    assert(onProcessor > 0 && onProcessor < 64)
    assert(devices.drop(onProcessor).forall(_ == Device.gpu(0)))
    assert(plan.embedding == Device.CPU && plan.head == Device.gpu(0))
  }

  test("streaming keeps hot layers on the GPU, with room for two others") {
    val plan =
      planned(question(coder32, machine(60, 24), strategy = Strategy.STREAMED)).get
    val held = plan.layers.asScala.takeWhile(_.residence == Residence.HELD).size
    assert(held > 0 && plan.layers.asScala.drop(held).forall(_.residence == Residence.STREAMED))
    val layer = coder32.footprint.weightBytes(Precision.BF16) / 66.0
    val onGpu = plan.shares.get(Device.gpu(0)).weights
    assert(onGpu > (held + 2) * layer * 0.9 && onGpu < (held + 4) * layer)
    assert(plan.shares.get(Device.CPU).weights < gb(0.1), "the file is mapped")
  }

  test("what cannot be done is refused with the numbers") {
    val small = machine(13, 24)
    for (
      (asked, expected) <- Seq(
        question(coder30, small, strategy = Strategy.GPU) ->
          Seq("61.1 GB of weights", "402.7 MB of cache", "for a step", "24.0 GB"),
        question(coder30, small, strategy = Strategy.CPU) ->
          Seq("memory takes", "61.1 GB of weights", "12.2 GB", "of 13.0 GB"),
        question(coder30, small, strategy = Strategy.MULTI_GPU) -> Seq("needs 2 GPUs", "is 1"),
        question(coder30, machine(13), strategy = Strategy.GPU) -> Seq("there is none"),
        question(coder7, small, strategy = Strategy.GPU, cacheTokens = 400000) ->
          Seq("22.9 GB of cache"),
        question(coder7, small, strategy = Strategy.GPU, gpuMemory = gb(10)) ->
          Seq("15.2 GB of weights", "of 10.0 GB"),
        question(coder7, small, strategy = Strategy.GPU, wish = Wish.CPU) ->
          Seq("the CPU was asked for"),
        question(coder7, small, strategy = Strategy.CPU, wish = Wish.GPU) ->
          Seq("uses no GPU"),
        question(coder7, machines.last._2, strategy = Strategy.HYBRID) -> Seq("shares"),
        question(coder30, small, Precision.F32, Strategy.DISK) ->
          Seq("model.layers.0.self_attn.q_proj.weight", "BF16", "f32"),
        question(next, machine(1, 4), wish = Wish.GPU) -> Seq("gpu does not fit", "159.5 GB")
      )
    ) {
      val refusal = refused(asked)
      for (part <- expected) assert(refusal.reason.contains(part), refusal.reason)
      val error = intercept[AuditException](Placements.plan("the/model", asked))
      assert(error.errorClass.name == "PLACEMENT")
      assert(error.getMessage.contains("the/model") && error.getMessage.contains(refusal.reason))
    }
  }

  test("a cache of 8-bit integers has room for more positions in the same memory") {
    for (
      (there, ratio) <- Seq(machine(24) -> 3.8, machine(60, 20) -> 1.9);
      model <- Seq(coder7)
    ) {
      def positions(cacheType: CacheType): Double =
        Placements.of(question(model, there, cacheType = cacheType, batch = 1000)) match {
          case plan: PlacementPlan => plan.cacheTokens
          case refusal: Refusal    => fail(refusal.reason)
        }
      val more = positions(CacheType.INT8) / positions(CacheType.AUTO)
      assert(more > ratio * 0.93 && more < ratio * 1.05, s"$there: $more")
    }
  }

  test("the choice is explained with its arithmetic, and with what did not fit") {
    val plan = planned(question(coder30, machine(120, 24))).get
    assert(plan.strategy == Strategy.HYBRID)
    for (
      part <- Seq(
        "cuda:0 takes",
        "memory takes",
        "24.0 GB",
        "61,035 positions of 98,304 bytes",
        "16 reviews, very roughly: hybrid",
        "streamed",
        "gpu does not fit"
      )
    ) assert(plan.explanation.contains(part), plan.explanation)
    assert(!plan.explanation.contains("multi-gpu"), "there is one GPU")
  }

  test("the largest step is the engine's") {
    for (batch <- Seq(1, 16, 600)) {
      val engine = EngineSettings.DEFAULT.withMaxRunning(batch)
      val step = StepSize.ofBatch(batch)
      assert(step.tokens == engine.tokensPerStep && step.sequences == engine.maxRunning)
      assert(step.choices(true) == math.min(step.tokens, (1L + engine.draftLength) * batch))
    }
  }
}
