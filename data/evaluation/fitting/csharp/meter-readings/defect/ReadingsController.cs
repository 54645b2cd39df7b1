using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace WaterBilling.Api.Readings
{
    /// <summary>Takes readings of water meters from the staff's handhelds.</summary>
    [Authorize(Roles = "reader")]
    [ApiController]
    [Route("readings")]
    public sealed class ReadingsController : ControllerBase
    {
        private readonly IMeterStore _meters;
        private readonly IBillingQueue _billing;

        public ReadingsController(IMeterStore meters, IBillingQueue billing)
        {
            _meters = meters;
            _billing = billing;
        }

        [HttpPost("{meter}")]
        public async Task<IActionResult> Add(string meter, [FromBody] Reading reading)
        {
            Reading last = await _meters.LastReadingAsync(meter);
            if (last == null)
            {
                return NotFound();
            }

            if (reading.CubicMetres < last.CubicMetres || reading.Day <= last.Day)
            {
                return BadRequest("A reading follows the last one.");
            }

            _meters.AddReadingAsync(meter, reading);
            await _billing.EnqueueAsync(meter);
            return Accepted();
        }
    }

    public sealed class Reading
    {
        public DateTime Day { get; set; }

        public decimal CubicMetres { get; set; }
    }

    public interface IMeterStore
    {
        /// <summary>The last reading; null for a meter that does not exist.</summary>
        Task<Reading> LastReadingAsync(string meter);

        Task AddReadingAsync(string meter, Reading reading);
    }

    /// <summary>Meters to be billed; the bill is made from the readings stored by then.</summary>
    public interface IBillingQueue
    {
        Task EnqueueAsync(string meter);
    }
}
