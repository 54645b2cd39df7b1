<?php
/**
 * REST routes of the Court Hire plugin.
 *
 * @package CourtHire
 */

defined( 'ABSPATH' ) || exit;

class Court_Hire_Api {

	const SPACE = 'court-hire/v1';

	public function register() {
		// The opening hours are printed on the public site as well.
		register_rest_route( self::SPACE, '/hours', array(
			'methods'             => 'GET',
			'callback'            => array( $this, 'hours' ),
			'permission_callback' => '__return_true',
		) );

		register_rest_route( self::SPACE, '/bookings', array(
			'methods'             => 'GET',
			'callback'            => array( $this, 'list_bookings' ),
			'permission_callback' => array( $this, 'is_front_desk' ),
		) );

		register_rest_route( self::SPACE, '/bookings/(?P<id>\d+)/cancel', array(
			'methods'             => 'POST',
			'callback'            => array( $this, 'cancel_booking' ),
			'permission_callback' => '__return_true',
		) );
	}

	public function is_front_desk() {
		return current_user_can( 'manage_court_bookings' );
	}

	public function hours() {
		return rest_ensure_response( get_option( 'court_hire_hours', array() ) );
	}

	public function list_bookings() {
		global $wpdb;
		$table = $wpdb->prefix . 'court_bookings';
		$rows  = $wpdb->get_results( "SELECT id, court, starts_at, status FROM {$table} ORDER BY starts_at DESC LIMIT 200" );
		if ( '' !== $wpdb->last_error ) {
			return new WP_Error( 'court_hire_db', 'The bookings could not be read.', array( 'status' => 500 ) );
		}
		return rest_ensure_response( $rows );
	}

	/** The front desk cancels a booking, for instance when a court is flooded. */
	public function cancel_booking( WP_REST_Request $request ) {
		global $wpdb;
		$changed = $wpdb->update(
			$wpdb->prefix . 'court_bookings',
			array( 'status' => 'cancelled' ),
			array( 'id' => absint( $request['id'] ), 'status' => 'open' ),
			array( '%s' ),
			array( '%d', '%s' )
		);
		if ( false === $changed ) {
			return new WP_Error( 'court_hire_db', 'The booking could not be changed.', array( 'status' => 500 ) );
		}
		if ( 0 === $changed ) {
			return new WP_Error( 'court_hire_none', 'There is no such open booking.', array( 'status' => 404 ) );
		}
		return rest_ensure_response( array( 'cancelled' => true ) );
	}
}

add_action( 'rest_api_init', array( new Court_Hire_Api(), 'register' ) );
