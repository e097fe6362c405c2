(* Comparison of differentiable functions on [0, T], and the first time a value is reached.

   A quantity that starts nonnegative, and grows at least like M times itself wherever it is
   negative, stays nonnegative: nothing is asked of it elsewhere.  This replaces integrating factors.

   Source: this project (standard comparison arguments). *)
From Coq Require Import Reals Lra Psatz.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Logistic.
Open Scope R_scope.

(* Differentiable functions are continuous, in the form the mean value theorem asks for. *)
Lemma derive_continuity (g : R -> R) (t : R) : ex_derive g t -> continuity_pt g t.
Proof. intros D. apply continuity_pt_filterlim, (ex_derive_continuous g t), D. Qed.

(* A nonnegative derivative on [0, T] does not lower the value. *)
Lemma nondecreasing (g dg : R -> R) T : 0 <= T ->
  (forall t, 0 <= t <= T -> is_derive g t (dg t)) ->
  (forall t, 0 <= t <= T -> 0 <= dg t) -> g 0 <= g T.
Proof.
  intros HT D P. destruct (MVT_gen g 0 T dg) as [c [Hc E]].
  - rewrite Rmin_left, Rmax_right by lra. intros u Hu. apply D. lra.
  - rewrite Rmin_left, Rmax_right by lra. intros u Hu. apply derive_continuity. eexists. apply D, Hu.
  - rewrite Rmin_left, Rmax_right in Hc by lra. pose proof (P c Hc). nra.
Qed.

(* The square of the negative part is differentiable everywhere. *)
Lemma negative_part_derive x : is_derive (fun y => Rsqr (Rmin y 0)) x (2 * Rmin x 0).
Proof.
  apply is_derive_Reals. intros eps Heps. exists (mkposreal eps Heps). simpl. intros h Hh Hs.
  apply Rle_lt_trans with (2 := Hs).
  replace ((Rsqr (Rmin (x + h) 0) - Rsqr (Rmin x 0)) / h - 2 * Rmin x 0)
    with ((Rsqr (Rmin (x + h) 0) - Rsqr (Rmin x 0) - 2 * Rmin x 0 * h) / h) by (field; exact Hh).
  unfold Rdiv. rewrite Rabs_mult, Rabs_inv. pose proof (Rabs_pos_lt h Hh) as Hp.
  apply (Rmult_le_reg_r (Rabs h)); [exact Hp|]. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra.
  replace (Rabs h * Rabs h) with (h * h) by (rewrite <- Rabs_mult; symmetry; apply Rabs_right; nra).
  apply Rabs_le. unfold Rsqr, Rmin.
  destruct (Rle_dec (x + h) 0), (Rle_dec x 0); split; nra.
Qed.

(* The comparison lemma. *)
Theorem stays_nonneg (g dg : R -> R) M T : 0 <= T -> 0 <= g 0 ->
  (forall t, 0 <= t <= T -> is_derive g t (dg t)) ->
  (forall t, 0 <= t <= T -> g t < 0 -> M * g t <= dg t) ->
  forall t, 0 <= t <= T -> 0 <= g t.
Proof.
  intros HT H0 D P t Ht.
  set (h := fun u => - (Rsqr (Rmin (g u) 0) * exp (- (2 * M) * u))).
  assert (L : h 0 <= h t).
  { apply (nondecreasing h (fun u => 2 * Rmin (g u) 0 * (M * Rmin (g u) 0 - dg u) * exp (- (2 * M) * u)) t); [lra| |].
    - intros u Hu. unfold h.
      pose proof (is_derive_comp (fun y => Rsqr (Rmin y 0)) g u _ _
                    (negative_part_derive (g u)) (D u ltac:(lra))) as Dn.
      simpl in Dn. set (n := fun v => Rsqr (Rmin (g v) 0)) in Dn.
      change (is_derive (fun v => - (n v * exp (- (2 * M) * v))) u
                (2 * Rmin (g u) 0 * (M * Rmin (g u) 0 - dg u) * exp (- (2 * M) * u))).
      auto_derive; [eexists; exact Dn|].
      rewrite (is_derive_unique _ _ _ Dn : Derive (fun v => n v) u = _).
      unfold n, Rsqr, scal; simpl; unfold mult; simpl. ring.
    - intros u Hu. apply Rmult_le_pos; [|left; apply exp_pos].
      unfold Rmin. destruct (Rle_dec (g u) 0) as [N|]; [|lra].
      destruct N as [N | ->]; [|lra]. pose proof (P u ltac:(lra) N). nra. }
  unfold h in L. rewrite (Rmin_right (g 0) 0) in L by lra.
  pose proof (exp_pos (- (2 * M) * t)) as He. destruct (Rle_lt_dec 0 (g t)) as [|N]; [assumption|].
  rewrite (Rmin_left (g t) 0) in L by lra. unfold Rsqr in L.
  assert (0 < g t * g t * exp (- (2 * M) * t)) by (apply Rmult_lt_0_compat; nra). lra.
Qed.

(* Its strict form: what starts positive and shrinks at most at a fixed rate stays positive. *)
Theorem stays_pos (g dg : R -> R) M T : 0 <= T -> 0 < g 0 ->
  (forall t, 0 <= t <= T -> is_derive g t (dg t)) ->
  (forall t, 0 <= t <= T -> - M * g t <= dg t) ->
  forall t, 0 <= t <= T -> 0 < g t.
Proof.
  intros HT H0 D P t Ht.
  assert (L : g 0 * exp (M * 0) <= g t * exp (M * t)).
  { apply (nondecreasing (fun u => g u * exp (M * u))
             (fun u => (dg u + M * g u) * exp (M * u)) t); [lra| |].
    - intros u Hu. pose proof (D u ltac:(lra)) as Du. auto_derive; [eexists; exact Du|].
      rewrite (is_derive_unique _ _ _ Du : Derive (fun v => g v) u = _). ring.
    - intros u Hu. apply Rmult_le_pos; [|left; apply exp_pos]. pose proof (P u ltac:(lra)). lra. }
  rewrite Rmult_0_r, exp_0 in L. pose proof (exp_pos (M * t)).
  destruct (Rlt_or_le 0 (g t)) as [|N]; [assumption|]. nra.
Qed.

(* A continuous function on [0, T] is bounded above there, by a nonnegative number. *)
Lemma bounded_above (g : R -> R) T : 0 <= T ->
  (forall t, 0 <= t <= T -> continuity_pt g t) ->
  exists M, 0 <= M /\ forall t, 0 <= t <= T -> g t <= M.
Proof.
  intros HT C. destruct (continuity_ab_maj g 0 T HT C) as [m [Hm _]].
  exists (Rmax 0 (g m)). split; [apply Rmax_l|].
  intros t Ht. apply Rle_trans with (1 := Hm t Ht), Rmax_r.
Qed.

(* The first time a continuous function reaches a value above the one it starts from. *)
Theorem first_time (g : R -> R) b T : 0 <= T -> g 0 < b -> b <= g T ->
  (forall t, 0 <= t <= T -> continuity_pt g t) ->
  exists t, 0 < t <= T /\ g t = b /\ forall u, 0 <= u < t -> g u < b.
Proof.
  intros HT H0 H1 C.
  set (below := fun t => 0 <= t <= T /\ forall u, 0 <= u <= t -> g u < b).
  destruct (completeness below) as [m [Hub Hlub]].
  { exists T. intros t [Ht _]. lra. }
  { exists 0. split; [lra|]. intros u Hu. replace u with 0 by lra. exact H0. }
  assert (Hm0 : 0 <= m). { apply Hub. split; [lra|]. intros u Hu. replace u with 0 by lra. exact H0. }
  assert (HmT : m <= T). { apply Hlub. intros t [Ht _]. lra. }
  assert (Hbefore : forall u, 0 <= u < m -> g u < b).
  { intros u Hu. destruct (Rlt_or_le (g u) b) as [|N]; [assumption|].
    assert (m <= u); [|lra]. apply Hlub. intros t [Ht Hb].
    destruct (Rle_or_lt t u) as [|L]; [assumption|]. pose proof (Hb u ltac:(lra)). lra. }
  assert (Hm : g m = b).
  { destruct (Rtotal_order (g m) b) as [L|[E|L]]; [exfalso|exact E|exfalso];
      destruct (C m ltac:(lra) (Rabs (b - g m))) as [d [Hd Hc]];
      try (apply Rabs_pos_lt; lra).
    - rewrite Rabs_right in Hc by lra.
      assert (Hnear : forall u, m <= u < m + d -> g u < b).
      { intros u Hu. destruct (Req_dec m u) as [<- | N]; [exact L|].
        specialize (Hc u). simpl in Hc. unfold R_dist in Hc.
        assert (A : Rabs (g u - g m) < b - g m).
        { apply Hc. split; [split; [exact I | exact N]|]. rewrite Rabs_right; lra. }
        apply Rabs_def2 in A. lra. }
      assert (HmT' : m < T). { destruct HmT as [|E]; [assumption|]. rewrite E in L. lra. }
      set (t := Rmin T (m + d / 2)).
      assert (Ht : m < t) by (unfold t; apply Rmin_glb_lt; lra).
      assert (below t); [|pose proof (Hub t H); lra].
      pose proof (Rmin_l T (m + d / 2)) as L1. pose proof (Rmin_r T (m + d / 2)) as L2. fold t in L1, L2.
      split; [lra|]. intros u Hu. destruct (Rlt_or_le u m); [apply Hbefore | apply Hnear]; lra.
    - rewrite Rabs_left in Hc by lra.
      assert (Hm1 : 0 < m). { destruct Hm0 as [|E]; [assumption|]. rewrite <- E in L. lra. }
      set (u := Rmax 0 (m - d / 2)).
      pose proof (Rmax_l 0 (m - d / 2)) as L1. pose proof (Rmax_r 0 (m - d / 2)) as L2. fold u in L1, L2.
      assert (Hu : u < m) by (unfold u; apply Rmax_lub_lt; lra).
      specialize (Hc u). simpl in Hc. unfold R_dist in Hc.
      assert (A : Rabs (g u - g m) < - (b - g m)).
      { apply Hc. split; [split; [exact I | lra]|]. rewrite Rabs_left; lra. }
      apply Rabs_def2 in A. pose proof (Hbefore u ltac:(lra)). lra. }
  exists m. split; [|split; [exact Hm | exact Hbefore]].
  split; [|exact HmT]. destruct Hm0 as [|E]; [assumption|]. rewrite <- E in Hm. lra.
Qed.

(* Against the logistic law of rate k, by the odds g / (1 - g). *)
Lemma odds_at_least (g dg : R -> R) k T : 0 <= T ->
  (forall t, 0 <= t <= T -> 0 < g t < 1) ->
  (forall t, 0 <= t <= T -> is_derive g t (dg t)) ->
  (forall t, 0 <= t <= T -> 2 * k * g t * (1 - g t) <= dg t) ->
  g 0 / (1 - g 0) <= g T / (1 - g T) * exp (- (2 * k) * T).
Proof.
  intros HT R D P. set (h := fun u => g u / (1 - g u) * exp (- (2 * k) * u)).
  replace (g 0 / (1 - g 0)) with (h 0).
  2:{ unfold h. rewrite Rmult_0_r, exp_0. ring. }
  apply (nondecreasing h
    (fun u => (dg u - 2 * k * g u * (1 - g u)) / Rsqr (1 - g u) * exp (- (2 * k) * u)) T HT).
  - intros u Hu. pose proof (D u Hu) as Du. pose proof (R u Hu) as Ru. unfold h. auto_derive.
    + repeat split; try (eexists; exact Du). lra.
    + rewrite (is_derive_unique _ _ _ Du : Derive (fun v => g v) u = _). unfold Rsqr. field. lra.
  - intros u Hu. pose proof (R u Hu). pose proof (P u Hu).
    apply Rmult_le_pos; [|left; apply exp_pos]. apply Rdiv_le_0_compat; [lra|].
    apply Rlt_0_sqr. lra.
Qed.

Lemma odds_at_most (g dg : R -> R) k T : 0 <= T ->
  (forall t, 0 <= t <= T -> 0 < g t < 1) ->
  (forall t, 0 <= t <= T -> is_derive g t (dg t)) ->
  (forall t, 0 <= t <= T -> dg t <= 2 * k * g t * (1 - g t)) ->
  g T / (1 - g T) <= g 0 / (1 - g 0) * exp (2 * k * T).
Proof.
  intros HT R D P.
  assert (H : (1 - g 0) / (1 - (1 - g 0)) <= (1 - g T) / (1 - (1 - g T)) * exp (- (2 * - k) * T)).
  { apply (odds_at_least (fun u => 1 - g u) (fun u => - dg u) (- k) T HT).
    - intros u Hu. pose proof (R u Hu). lra.
    - intros u Hu. pose proof (D u Hu) as Du. auto_derive; [eexists; exact Du|].
      rewrite (is_derive_unique _ _ _ Du : Derive (fun v => g v) u = _). ring.
    - intros u Hu. pose proof (P u Hu). nra. }
  pose proof (R 0 ltac:(lra)) as R0. pose proof (R T ltac:(lra)) as RT.
  replace (- (2 * - k) * T) with (2 * k * T) in H by ring.
  pose proof (exp_pos (2 * k * T)) as He. set (e := exp (2 * k * T)) in *. clearbody e.
  apply Rle_div_l; [lra|]. replace (g 0 / (1 - g 0) * e * (1 - g T))
    with (g 0 * g T / (1 - g 0) * ((1 - g T) / (1 - (1 - g T)) * e)) by (field; lra).
  replace (g T) with (g 0 * g T / (1 - g 0) * ((1 - g 0) / (1 - (1 - g 0)))) at 1 by (field; lra).
  apply Rmult_le_compat_l; [|exact H].
  apply Rdiv_le_0_compat; [apply Rmult_le_pos; lra | lra].
Qed.

(* What grows at least as fast as the logistic law of rate k is never below it. *)
Theorem logistic_at_least (g dg : R -> R) k T : 0 <= T ->
  (forall t, 0 <= t <= T -> 0 < g t < 1) ->
  (forall t, 0 <= t <= T -> is_derive g t (dg t)) ->
  (forall t, 0 <= t <= T -> 2 * k * g t * (1 - g t) <= dg t) ->
  s 1 k (g 0) T <= g T.
Proof.
  intros HT R D P. pose proof (odds_at_least g dg k T HT R D P) as H.
  pose proof (R 0 ltac:(lra)) as R0. pose proof (R T ltac:(lra)) as RT. unfold s.
  replace (-2 * 1 * k * T) with (- (2 * k) * T) by ring.
  pose proof (exp_pos (- (2 * k) * T)) as He. set (E := exp (- (2 * k) * T)) in *. clearbody E.
  assert (HN : 0 < (1 - g 0) * E) by (apply Rmult_lt_0_compat; lra).
  replace (1 / (1 + (1 / g 0 - 1) * E)) with (g 0 / (g 0 + (1 - g 0) * E)) by (field; lra).
  apply Rle_div_l; [lra|]. apply (Rmult_le_compat_r ((1 - g 0) * (1 - g T))) in H; [|nra].
  replace (g 0 / (1 - g 0) * ((1 - g 0) * (1 - g T))) with (g 0 * (1 - g T)) in H by (field; lra).
  replace (g T / (1 - g T) * E * ((1 - g 0) * (1 - g T))) with (g T * E * (1 - g 0)) in H by (field; lra).
  lra.
Qed.

(* What grows at most as fast is never above it. *)
Theorem logistic_at_most (g dg : R -> R) k T : 0 <= T ->
  (forall t, 0 <= t <= T -> 0 < g t < 1) ->
  (forall t, 0 <= t <= T -> is_derive g t (dg t)) ->
  (forall t, 0 <= t <= T -> dg t <= 2 * k * g t * (1 - g t)) ->
  g T <= s 1 k (g 0) T.
Proof.
  intros HT R D P. pose proof (odds_at_most g dg k T HT R D P) as H.
  pose proof (R 0 ltac:(lra)) as R0. pose proof (R T ltac:(lra)) as RT. unfold s.
  replace (-2 * 1 * k * T) with (- (2 * k * T)) by ring. rewrite exp_Ropp.
  pose proof (exp_pos (2 * k * T)) as He. set (E := exp (2 * k * T)) in *. clearbody E.
  assert (HN : 0 < g 0 * E) by (apply Rmult_lt_0_compat; lra).
  replace (1 / (1 + (1 / g 0 - 1) * / E)) with (g 0 * E / (g 0 * E + (1 - g 0))).
  2:{ field. repeat split; lra. }
  apply Rle_div_r; [lra|]. apply (Rmult_le_compat_r ((1 - g 0) * (1 - g T))) in H; [|nra].
  replace (g T / (1 - g T) * ((1 - g 0) * (1 - g T))) with (g T * (1 - g 0)) in H by (field; lra).
  replace (g 0 / (1 - g 0) * E * ((1 - g 0) * (1 - g T))) with (g 0 * E * (1 - g T)) in H by (field; lra).
  lra.
Qed.
