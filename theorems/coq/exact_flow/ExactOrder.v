(* The exact flow at the exponent 1/2: the minority logit is ahead, and the contrast mode is no faster than
   a logistic law of rate 1.

   With a share p of minority classes, imbalance r (R in the text) and smallest class of size 1 the weights
   are 1 / sqrt r and 1, the targets sqrt (p r) and sqrt (1 - p).  Here P = sqrt p, Q = sqrt (1 - p) and
   q = sqrt r, so P^2 + Q^2 = 1; S is the singular value; c = a / w and s = b / w are cosine and sine of the
   direction of the features, v = w^2; e is the fraction at the start.

   Hypotheses: P, Q > 0, P^2 + Q^2 = 1, q >= 1, 0 < e < 1; w, a, b solve the equations for all t >= 0, from
   the scaled start.
   Computed by: ufm_simulation::ReducedFlow.
   Source: this project. *)
From Coq Require Import Reals Lra Psatz.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Logistic Comparison ExactFlow.
Open Scope R_scope.

(* The singular value of the contrast mode. *)
Definition singular (P Q q : R) : R := sqrt (Rsqr (P * q) + Rsqr Q).

Section Order.
Variables P Q q e : R.
Variables w a b : R -> R.
Hypotheses (HP : 0 < P) (HQ : 0 < Q) (HPQ : Rsqr P + Rsqr Q = 1) (Hq : 1 <= q) (He : 0 < e < 1).
Hypothesis flow : solves (/ q) 1 (P * q) Q w a b.
Hypothesis start : starts e (P * q) Q w a b.

Let S := singular P Q q.
Let c t := a t / w t.
Let s t := b t / w t.
Let v t := Rsqr (w t).

Lemma inv_q : 0 < / q <= 1 /\ q * / q = 1.
Proof.
  split; [split|field; lra].
  - apply Rinv_0_lt_compat. lra.
  - rewrite <- Rinv_1. apply Rinv_le_contravar; lra.
Qed.

Lemma singular_sq : 0 < S /\ S * S = Rsqr (P * q) + Rsqr Q.
Proof.
  assert (0 < Rsqr (P * q) + Rsqr Q).
  { pose proof (Rle_0_sqr (P * q)). pose proof (Rlt_0_sqr Q ltac:(lra)). lra. }
  split; [apply sqrt_lt_R0; assumption | apply sqrt_sqrt; lra].
Qed.

Lemma w_pos t : 0 <= t -> 0 < w t.
Proof.
  destruct start as [w0 [a0 [b0 [B _]]]]. pose proof inv_q.
  apply (classifier_positive (/ q) 1 (P * q) Q w a b flow); try assumption; nra.
Qed.

Lemma v_pos t : 0 <= t -> 0 < v t.
Proof. intros Ht. pose proof (w_pos t Ht). apply Rlt_0_sqr. lra. Qed.

Lemma direction_pos t : 0 <= t -> 0 < c t /\ 0 < s t.
Proof.
  intros Ht. destruct start as [w0 [a0 [b0 [B _]]]]. pose proof inv_q. pose proof (w_pos t Ht).
  destruct (features_positive (/ q) 1 (P * q) Q w a b flow) with (t := t) as [A1 B1]; try assumption; try nra.
  split; apply Rdiv_lt_0_compat; assumption.
Qed.

Lemma direction_unit t : 0 <= t -> Rsqr (c t) + Rsqr (s t) = 1.
Proof.
  intros Ht. destruct start as [w0 [a0 [b0 [B _]]]]. pose proof (w_pos t Ht) as Hw.
  pose proof (balanced (/ q) 1 (P * q) Q w a b flow B t Ht) as E. unfold c, s.
  rewrite !Rsqr_div' by lra. unfold Rsqr in *.
  replace (a t * a t / (w t * w t) + b t * b t / (w t * w t))
    with ((a t * a t + b t * b t) / (w t * w t)) by (field; lra).
  rewrite <- E. field. lra.
Qed.

(* How fast the angle falls. *)
Let turn t := s t * P - c t * Q + (1 - / q) * (v t * (c t * s t)).

Lemma v_derive t : 0 <= t ->
  is_derive v t (2 * v t * (P * c t + Q * s t - v t * (/ q * Rsqr (c t) + Rsqr (s t)))).
Proof.
  intros Ht. destruct (flow t Ht) as [Dw _]. pose proof (w_pos t Ht). unfold v, c, s, Rsqr. auto_derive.
  - repeat split; eexists; eassumption.
  - rewrite (is_derive_unique _ _ _ Dw : Derive (fun u => w u) t = _). field. lra.
Qed.

Lemma c_derive t : 0 <= t -> is_derive c t (s t * turn t).
Proof.
  intros Ht. destruct (flow t Ht) as [Dw [Da Db]]. pose proof (w_pos t Ht).
  replace (s t * turn t) with
    ((P - / q * v t * c t) * Rsqr (s t) - c t * s t * (Q - v t * s t)) by (unfold turn, Rsqr; ring).
  replace (Rsqr (s t)) with (1 - Rsqr (c t)) by (pose proof (direction_unit t Ht); lra).
  unfold c, s, v, Rsqr. auto_derive.
  - repeat split; try (eexists; eassumption). lra.
  - rewrite (is_derive_unique _ _ _ Dw : Derive (fun u => w u) t = _).
    rewrite (is_derive_unique _ _ _ Da : Derive (fun u => a u) t = _). field. lra.
Qed.

Lemma s_derive t : 0 <= t -> is_derive s t (- (c t * turn t)).
Proof.
  intros Ht. destruct (flow t Ht) as [Dw [Da Db]]. pose proof (w_pos t Ht).
  replace (- (c t * turn t)) with
    ((Q - v t * s t) * Rsqr (c t) - c t * s t * (P - / q * v t * c t)) by (unfold turn, Rsqr; ring).
  replace (Rsqr (c t)) with (1 - Rsqr (s t)) by (pose proof (direction_unit t Ht); lra).
  unfold c, s, v, Rsqr. auto_derive.
  - repeat split; try (eexists; eassumption). lra.
  - rewrite (is_derive_unique _ _ _ Dw : Derive (fun u => w u) t = _).
    rewrite (is_derive_unique _ _ _ Db : Derive (fun u => b u) t = _). field. lra.
Qed.

Lemma start_values : v 0 = e * S /\ c 0 = P * q / S /\ s 0 = Q / S.
Proof.
  destruct start as [w0 [a0 [b0 [B [EA EB]]]]]. pose proof singular_sq as [HS ES].
  assert (V : v 0 = e * S).
  { apply Rsqr_inj; [apply Rle_0_sqr | apply Rmult_le_pos; lra |].
    unfold v, Rsqr in *.
    replace (w 0 * w 0 * (w 0 * w 0)) with (w 0 * a 0 * (w 0 * a 0) + w 0 * b 0 * (w 0 * b 0)).
    2:{ replace (w 0 * w 0 * (w 0 * w 0)) with (w 0 * w 0 * (a 0 * a 0 + b 0 * b 0)) by (rewrite <- B; ring). ring. }
    rewrite EA, EB. replace (e * S * (e * S)) with (e * e * (S * S)) by ring. rewrite ES. ring. }
  split; [exact V|].
  assert (NZ : e * S <> 0) by nra. unfold c, s.
  replace (a 0 / w 0) with (w 0 * a 0 / v 0) by (unfold v, Rsqr; field; lra).
  replace (b 0 / w 0) with (w 0 * b 0 / v 0) by (unfold v, Rsqr; field; lra).
  rewrite EA, EB, V. split; field; lra.
Qed.

(* Not below the initial angle: q P s >= Q c.  Not above that of (P, Q): Q c >= P s. *)
Let above t := q * P * s t - Q * c t.
Let under t := Q * c t - P * s t.

Lemma under_nonneg t : 0 <= t -> 0 <= under t.
Proof.
  intros Ht. pose proof start_values as [_ [C0 S0]]. pose proof singular_sq as [HS _]. pose proof inv_q as [Hi _].
  apply (stays_nonneg under (fun u => (Q * s u + P * c u) * turn u) 0 t Ht); [| | |lra].
  - unfold under. rewrite C0, S0. replace (Q * (P * q / S) - P * (Q / S)) with (P * Q * (q - 1) / S) by (field; lra).
    apply Rdiv_le_0_compat; [apply Rmult_le_pos; nra | exact HS].
  - intros u Hu. pose proof (c_derive u ltac:(lra)) as Dc. pose proof (s_derive u ltac:(lra)) as Ds.
    unfold under. auto_derive.
    + repeat split; eexists; eassumption.
    + rewrite (is_derive_unique _ _ _ Dc : Derive (fun y => c y) u = _).
      rewrite (is_derive_unique _ _ _ Ds : Derive (fun y => s y) u = _). ring.
  - intros u Hu N. rewrite Rmult_0_l. pose proof (direction_pos u ltac:(lra)) as [Hc Hs].
    pose proof (v_pos u ltac:(lra)) as Hv. apply Rmult_le_pos; [nra|]. unfold under in N. unfold turn.
    assert (0 <= (1 - / q) * (v u * (c u * s u))); [|lra].
    apply Rmult_le_pos; [lra|]. apply Rmult_le_pos; [lra|]. nra.
Qed.

(* Where the angle is below its initial value and v <= S, it does not fall. *)
Lemma turn_nonpos x y z : 0 < x -> 0 < y -> Rsqr x + Rsqr y = 1 -> z <= S -> q * P * y < Q * x ->
  y * P - x * Q + (1 - / q) * (z * (x * y)) <= 0.
Proof.
  intros Hx Hy U Hz N. pose proof singular_sq as [HS ES]. pose proof inv_q as [Hi Ei].
  assert (HPq : 0 < P * q) by nra.
  assert (N2 : Rsqr (q * P * y) <= Rsqr (Q * x)) by (apply Rsqr_incr_1; nra).
  rewrite !Rsqr_mult in N2. rewrite Rsqr_mult in ES.
  assert (L1 : P * q <= S * x).
  { apply Rsqr_incr_0; [|nra|nra]. rewrite !Rsqr_mult. unfold Rsqr at 3. rewrite ES.
    replace (Rsqr y) with (1 - Rsqr x) in N2 by lra. lra. }
  assert (L2 : S * y <= Q).
  { apply Rsqr_incr_0; [|nra|nra]. rewrite !Rsqr_mult. unfold Rsqr at 1. rewrite ES.
    replace (Rsqr x) with (1 - Rsqr y) in N2 by lra. lra. }
  assert (L3 : P <= S * x * / q).
  { replace P with (P * q * / q) by (rewrite Rmult_assoc, Ei; ring). apply Rmult_le_compat_r; lra. }
  assert (0 < x * y) by nra.
  assert (y * P <= y * (S * x * / q)) by (apply Rmult_le_compat_l; lra).
  assert (x * (S * y) <= x * Q) by (apply Rmult_le_compat_l; lra).
  assert ((1 - / q) * (z * (x * y)) <= (1 - / q) * (S * (x * y)))
    by (apply Rmult_le_compat_l; [lra | apply Rmult_le_compat_r; lra]).
  lra.
Qed.

Lemma above_nonneg_while T : 0 <= T -> (forall t, 0 <= t <= T -> v t <= S) ->
  forall t, 0 <= t <= T -> 0 <= above t.
Proof.
  intros HT HvS. pose proof start_values as [_ [C0 S0]]. pose proof singular_sq as [HS _].
  apply (stays_nonneg above (fun u => (q * P * c u + Q * s u) * - turn u) 0 T HT).
  - unfold above. rewrite C0, S0. right. field. lra.
  - intros u Hu. pose proof (c_derive u ltac:(lra)) as Dc. pose proof (s_derive u ltac:(lra)) as Ds.
    unfold above. auto_derive.
    + repeat split; eexists; eassumption.
    + rewrite (is_derive_unique _ _ _ Dc : Derive (fun y => c y) u = _).
      rewrite (is_derive_unique _ _ _ Ds : Derive (fun y => s y) u = _). ring.
  - intros u Hu N. rewrite Rmult_0_l. pose proof (direction_pos u ltac:(lra)) as [Hc Hs].
    apply Rmult_le_pos; [assert (0 < q * P) by nra; nra|].
    cut (turn u <= 0); [lra|]. unfold turn, above in *.
    apply turn_nonpos; [exact Hc | exact Hs | apply direction_unit; lra | apply HvS, Hu | lra].
Qed.

(* Between the two angles v grows at most like the logistic law of rate 1. *)
Lemma growth_bound x y z : 0 < x -> 0 < y -> Rsqr x + Rsqr y = 1 -> 0 < z <= S ->
  0 <= q * P * y - Q * x -> 0 <= Q * x - P * y ->
  P * x + Q * y - z * (/ q * Rsqr x + Rsqr y) <= 1 - z / S.
Proof.
  intros Hx Hy U Hz G1 G2. pose proof singular_sq as [HS ES]. pose proof inv_q as [Hi Ei].
  set (r := P * x + Q * y). set (J := / q * Rsqr x + Rsqr y). set (N := Rsqr P * q + Rsqr Q).
  assert (Hr : 0 < r) by (unfold r; nra).
  assert (HN : 0 < N). { unfold N. pose proof (Rlt_0_sqr P ltac:(lra)). pose proof (Rle_0_sqr Q). nra. }
  assert (Hr1 : r <= 1).
  { assert (r * r + Rsqr (Q * x - P * y) = (Rsqr P + Rsqr Q) * (Rsqr x + Rsqr y)) as E by (unfold r, Rsqr; ring).
    rewrite HPQ, U in E. pose proof (Rle_0_sqr (Q * x - P * y)). nra. }
  (* the cosine of the angle to (P, Q) has not fallen *)
  assert (HrS : N <= r * S).
  { assert (E : (P * q * x + Q * y) * r - (q * P * y - Q * x) * (Q * x - P * y) = N * (Rsqr x + Rsqr y))
      by (unfold r, N, Rsqr; ring).
    assert (C : P * q * x + Q * y <= S).
    { apply Rsqr_incr_0_var; [|lra]. assert (E2 : Rsqr (P * q * x + Q * y) + Rsqr (q * P * y - Q * x)
        = (Rsqr (P * q) + Rsqr Q) * (Rsqr x + Rsqr y)) by (unfold Rsqr; ring).
      rewrite U, <- ES in E2. pose proof (Rle_0_sqr (q * P * y - Q * x)). unfold Rsqr at 2. lra. }
    rewrite U in E. assert (0 <= (q * P * y - Q * x) * (Q * x - P * y)) by (apply Rmult_le_pos; lra). nra. }
  (* Cauchy-Schwarz *)
  assert (HJ : r * r <= J * N).
  { assert (E : J * N - r * r = / q * Rsqr (q * P * y - Q * x)).
    { unfold J, N, r, Rsqr. set (i := / q) in *.
      replace (i * ((q * P * y - Q * x) * (q * P * y - Q * x)))
        with (q * i * q * P * P * y * y - 2 * (q * i) * P * y * Q * x + i * Q * Q * x * x) by ring.
      replace ((i * (x * x) + y * y) * (P * P * q + Q * Q) - (P * x + Q * y) * (P * x + Q * y))
        with (q * i * P * P * x * x - P * P * x * x + i * Q * Q * x * x + q * P * P * y * y - 2 * P * x * Q * y) by ring.
      rewrite Ei. ring. }
    pose proof (Rle_0_sqr (q * P * y - Q * x)). nra. }
  assert (HJS : r <= J * S).
  { apply (Rmult_le_reg_r N); [exact HN|]. apply Rle_trans with (r * r * S); [nra|].
    replace (J * S * N) with (J * N * S) by ring. apply Rmult_le_compat_r; lra. }
  assert (Hf : z * r / S <= z * J).
  { apply Rle_div_l; [exact HS|]. rewrite Rmult_assoc. apply Rmult_le_compat_l; lra. }
  assert (Hz1 : 0 <= 1 - z / S). { assert (z / S <= 1); [|lra]. apply Rle_div_l; lra. }
  apply Rle_trans with (r * (1 - z / S)); [|nra].
  replace (r * (1 - z / S)) with (r - z * r / S) by (field; lra). lra.
Qed.

(* v stays below S, at all times. *)
Lemma v_below t : 0 <= t -> v t < S.
Proof.
  intros Ht. destruct (Rlt_or_le (v t) S) as [|N]; [assumption|exfalso].
  pose proof start_values as [V0 _]. pose proof singular_sq as [HS _].
  destruct (first_time v S t Ht) as [u [Hu [E B]]]; [rewrite V0; nra | exact N | |].
  { intros u Hu. apply derive_continuity. eexists. apply v_derive. lra. }
  assert (L : forall y, 0 <= y <= u -> v y <= S).
  { intros y Hy. destruct (Req_dec y u) as [-> | Ny]; [lra|]. left. apply B. lra. }
  cut (0 < S - v u); [lra|].
  apply (stays_pos (fun y => S - v y)
    (fun y => - (2 * v y * (P * c y + Q * s y - v y * (/ q * Rsqr (c y) + Rsqr (s y))))) 2 u); [lra| | | |lra].
  - rewrite V0. nra.
  - intros y Hy. pose proof (v_derive y ltac:(lra)) as D. auto_derive; [eexists; exact D|].
    rewrite (is_derive_unique _ _ _ D : Derive (fun k => v k) y = _). ring.
  - intros y Hy. pose proof (direction_pos y ltac:(lra)) as [Hc Hs]. pose proof (v_pos y ltac:(lra)) as Hv.
    pose proof (L y Hy) as HvS.
    pose proof (growth_bound (c y) (s y) (v y) Hc Hs (direction_unit y ltac:(lra)) ltac:(lra)
      (above_nonneg_while u ltac:(lra) L y Hy) (under_nonneg y ltac:(lra))) as G.
    apply (Rmult_le_compat_l (2 * v y)) in G; [|lra].
    assert (2 * v y * (1 - v y / S) <= 2 * (S - v y)); [|lra].
    replace (2 * (S - v y)) with (2 * S * (1 - v y / S)) by (field; lra).
    apply Rmult_le_compat_r; [|lra]. assert (v y / S <= 1); [|lra]. apply Rle_div_l; lra.
Qed.

Lemma above_nonneg t : 0 <= t -> 0 <= above t.
Proof. intros Ht. apply (above_nonneg_while t Ht); [|lra]. intros u Hu. apply Rlt_le, v_below. lra. Qed.

Let logit_maj t := w t * a t / (P * q).
Let logit_min t := w t * b t / Q.

(* The minority logit, over its target, is never behind the majority's. *)
Theorem minority_ahead t : 0 <= t -> logit_maj t <= logit_min t.
Proof.
  intros Ht. pose proof (above_nonneg t Ht) as G. pose proof (w_pos t Ht) as Hw.
  unfold logit_maj, logit_min. assert (HPq : 0 < P * q) by nra.
  assert (G2 : 0 <= P * q * b t - Q * a t).
  { apply (Rmult_le_compat_r (w t)) in G; [|lra]. unfold above, c, s in G. rewrite Rmult_0_l in G.
    replace ((q * P * (b t / w t) - Q * (a t / w t)) * w t) with (P * q * b t - Q * a t) in G by (field; lra).
    exact G. }
  apply Rminus_le_0. replace (w t * b t / Q - w t * a t / (P * q))
    with (w t * (P * q * b t - Q * a t) / (P * q * Q)) by (field; lra).
  apply Rdiv_le_0_compat; [apply Rmult_le_pos; lra | nra].
Qed.

(* So the contrast mode, a mean of the two, is not behind the majority logit. *)
Theorem contrast_ahead t : 0 <= t -> logit_maj t <= contrast (P * q) Q w a b t.
Proof.
  intros Ht. pose proof (minority_ahead t Ht) as L. assert (HPq : 0 < P * q) by nra.
  assert (H1 : 0 < Rsqr (P * q)) by (apply Rlt_0_sqr; lra). assert (H2 : 0 < Rsqr Q) by (apply Rlt_0_sqr; lra).
  replace (contrast (P * q) Q w a b t) with
    ((Rsqr (P * q) * logit_maj t + Rsqr Q * logit_min t) / (Rsqr (P * q) + Rsqr Q)).
  2:{ unfold contrast, logit_maj, logit_min. unfold Rsqr in *. field. repeat split; lra. }
  apply (proj1 (Rle_div_r (logit_maj t) _ (Rsqr (P * q) + Rsqr Q) ltac:(lra))). nra.
Qed.

(* The contrast mode is nowhere above the logistic law of rate 1. *)
Theorem contrast_at_most_logistic t : 0 <= t -> contrast (P * q) Q w a b t <= Logistic.s 1 1 e t.
Proof.
  intros Ht. pose proof singular_sq as [HS ES]. pose proof start_values as [V0 _].
  apply Rle_trans with (v t / S).
  - unfold contrast. rewrite <- ES. pose proof (w_pos t Ht) as Hw. pose proof (v_pos t Ht) as Hv.
    replace ((P * q * (w t * a t) + Q * (w t * b t)) / (S * S)) with (v t / S * ((P * q * c t + Q * s t) / S))
      by (unfold v, c, s, Rsqr; field; lra).
    assert (Hn : 0 < v t / S) by (apply Rdiv_lt_0_compat; assumption).
    assert (C : (P * q * c t + Q * s t) / S <= 1); [|nra].
    apply Rle_div_l; [exact HS|]. rewrite Rmult_1_l. apply Rsqr_incr_0_var; [|lra].
    assert (E : Rsqr (P * q * c t + Q * s t) + Rsqr (q * P * s t - Q * c t)
      = (Rsqr (P * q) + Rsqr Q) * (Rsqr (c t) + Rsqr (s t))) by (unfold Rsqr; ring).
    rewrite (direction_unit t Ht), <- ES in E. pose proof (Rle_0_sqr (q * P * s t - Q * c t)). unfold Rsqr at 2. lra.
  - replace e with (v 0 / S) at 1 by (rewrite V0; field; lra).
    apply (logistic_at_most (fun u => v u / S)
      (fun u => 2 * v u * (P * c u + Q * s u - v u * (/ q * Rsqr (c u) + Rsqr (s u))) / S) 1 t Ht).
    + intros u Hu. pose proof (v_pos u ltac:(lra)). pose proof (v_below u ltac:(lra)).
      split; [apply Rdiv_lt_0_compat; assumption | apply Rlt_div_l; lra].
    + intros u Hu. pose proof (v_derive u ltac:(lra)) as D. auto_derive; [eexists; exact D|].
      rewrite (is_derive_unique _ _ _ D : Derive (fun k => v k) u = _). field. lra.
    + intros u Hu. pose proof (direction_pos u ltac:(lra)) as [Hc Hs]. pose proof (v_pos u ltac:(lra)) as Hv.
      pose proof (v_below u ltac:(lra)) as Hb.
      pose proof (growth_bound (c u) (s u) (v u) Hc Hs (direction_unit u ltac:(lra)) ltac:(lra)
        (above_nonneg u ltac:(lra)) (under_nonneg u ltac:(lra))) as G.
      apply Rle_div_l; [exact HS|].
      replace (2 * 1 * (v u / S) * (1 - v u / S) * S) with (2 * v u * (1 - v u / S)) by (field; lra).
      apply Rmult_le_compat_l; lra.
Qed.

(* The cosine of the direction is at most its initial value. *)
Lemma cosine_falls t : 0 <= t -> S * c t <= P * q.
Proof.
  intros Ht. pose proof (above_nonneg t Ht) as G. unfold above in G. pose proof singular_sq as [HS ES].
  pose proof (direction_pos t Ht) as [Hc Hs]. assert (HPq : 0 < P * q) by nra.
  assert (N2 : Rsqr (Q * c t) <= Rsqr (q * P * s t)) by (apply Rsqr_incr_1; nra).
  rewrite !Rsqr_mult in N2. rewrite Rsqr_mult in ES. pose proof (direction_unit t Ht) as U.
  apply Rsqr_incr_0; [|nra|nra]. rewrite !Rsqr_mult. unfold Rsqr at 1. rewrite ES.
  replace (Rsqr (s t)) with (1 - Rsqr (c t)) in N2 by lra. lra.
Qed.

(* Up to its half, the majority logit is nowhere below a multiple of a logistic law of rate P. *)
Theorem majority_at_least_logistic T : 0 <= T ->
  (forall t, 0 <= t <= T -> logit_maj t <= 1 / 2) ->
  Logistic.s 1 P (e * (P * q / S)) T <= P * q / S * logit_maj T.
Proof.
  intros HT H. pose proof singular_sq as [HS ES]. pose proof start_values as [V0 [C0 S0]].
  assert (HPq : 0 < P * q) by nra. pose proof inv_q as [Hi Ei].
  assert (Hpos : forall t, 0 <= t -> 0 < logit_maj t).
  { intros t Ht. pose proof (w_pos t Ht). pose proof (direction_pos t Ht) as [Hc _].
    unfold logit_maj. replace (w t * a t / (P * q)) with (v t * c t / (P * q)) by (unfold v, c, Rsqr; field; lra).
    apply Rdiv_lt_0_compat; [|exact HPq]. apply Rmult_lt_0_compat; [apply v_pos, Ht | exact Hc]. }
  assert (Hcos : forall t, 0 <= t -> 0 < c t <= 1).
  { intros t Ht. pose proof (direction_pos t Ht) as [Hc _]. pose proof (direction_unit t Ht) as U.
    pose proof (Rle_0_sqr (s t)). split; [exact Hc|]. unfold Rsqr in *. nra. }
  set (g := fun t => logit_maj t * c t).
  apply Rle_trans with (g T).
  - replace (e * (P * q / S)) with (g 0).
    2:{ unfold g, logit_maj. rewrite C0. destruct start as [_ [_ [_ [_ [EA _]]]]]. rewrite EA. field. lra. }
    apply (logistic_at_least g (fun u => 2 * P * logit_maj u * (1 - logit_maj u)) P T HT).
    + intros u Hu. pose proof (Hpos u ltac:(lra)). pose proof (Hcos u ltac:(lra)). pose proof (H u Hu). unfold g. nra.
    + intros u Hu. apply (is_derive_ext_loc (fun y => Rsqr (a y) / (P * q))).
      * destruct (flow u ltac:(lra)) as [Dw _].
        assert (Hw : continuity_pt w u) by (apply derive_continuity; eexists; exact Dw).
        assert (N : locally (w u) (fun y => y <> 0)).
        { exists (mkposreal (w u) (w_pos u ltac:(lra))). intros y Hy. simpl in Hy.
          unfold ball in Hy; simpl in Hy; unfold AbsRing_ball, abs, minus, plus, opp in Hy; simpl in Hy.
          apply Rabs_def2 in Hy. lra. }
        apply continuity_pt_filterlim in Hw. apply Hw in N. unfold filtermap in N. revert N.
        apply filter_imp. intros y Hy. unfold g, logit_maj, c, Rsqr. change (@eq R (a y * a y / (P * q)) (w y * a y / (P * q) * (a y / w y))). field. repeat split; lra.
      * destruct (flow u ltac:(lra)) as [Dw [Da _]]. unfold Rsqr. auto_derive; [repeat split; eexists; exact Da|].
        rewrite (is_derive_unique _ _ _ Da : Derive (fun y => a y) u = _). unfold logit_maj. field. lra.
    + intros u Hu. pose proof (Hpos u ltac:(lra)). pose proof (Hcos u ltac:(lra)). pose proof (H u Hu).
      unfold g. set (x := logit_maj u) in *. set (k := c u) in *.
      assert (0 <= P * ((x - x * k) * (1 - x - x * k))); [|nra].
      apply Rmult_le_pos; [lra|]. apply Rmult_le_pos; nra.
  - unfold g. pose proof (cosine_falls T HT). rewrite Rmult_comm. apply Rmult_le_compat_r.
    + apply Rlt_le, Hpos, HT.
    + apply (proj1 (Rle_div_r (c T) (P * q) S HS)). lra.
Qed.
End Order.
