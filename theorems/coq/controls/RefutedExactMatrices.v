(* False neighbours of the theorems on the full weighted flow, refuted.

   Each statement below differs from a theorem of ExactMatrices.v in one detail, and its negation is proved, from
   matrices of at most three samples or from the solution without imbalance.  Source: this project. *)
From Coq Require Import Reals Lra Lia Psatz Bool.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Logistic FiniteSums Flow Modes StepModes ExactFlow ExactWindow ExactMatrices.
Open Scope R_scope.

(* A mode of singular value 1 at a quarter of it, as a function of time. *)
Definition quarter (lambda t : R) : R := sqrt (s 1 lambda (1 / 4) t).

Lemma quarter_derive lambda t : 0 < lambda ->
  is_derive (quarter lambda) t (lambda * quarter lambda t * (1 - quarter lambda t * quarter lambda t)).
Proof. intros H. apply sqrt_s_solves_mode_ode; lra. Qed.

Lemma quarter_start lambda : 0 < lambda -> quarter lambda 0 = 1 / 2.
Proof.
  intros H. unfold quarter. rewrite s_initial by lra.
  replace (1 / 4) with (Rsqr (1 / 2)) by (unfold Rsqr; field). apply sqrt_Rsqr. lra.
Qed.

(* Features without a value of their own for each group do not follow the full flow, at the effective weights
   (neighbour of reduced_solves_full; for the projected flow it is Modes.modes_solve_projected): two samples of
   weights 1 and 3. *)
Theorem not_modes_solve_full :
  ~ (forall k d N r U V Q sigma lambda g om w,
       orthonormal k r U -> orthonormal N r V -> orthonormal d r Q ->
       (forall a t, (a < r)%nat -> 0 <= t -> is_derive (w a) t (lambda a * w a t * (sigma a - w a t * w a t))) ->
       (forall a b, (a < r)%nat -> (b < r)%nat ->
          mul N (mul N (tr V) (group_weights g om)) V a b = if Nat.eqb b a then lambda b else 0) ->
       follows k d N (mode_W r U Q w) (mode_H r V Q w)
         (weighted_residual d N (mode_Z r U V sigma) (group_weights g om) (mode_W r U Q w) (mode_H r V Q w))).
Proof.
  intros H. pose proof (sqrt_sqrt 2 ltac:(lra)) as S2. pose proof (sqrt_lt_R0 2 ltac:(lra)) as P2.
  assert (SI : / sqrt 2 * / sqrt 2 = / 2) by (rewrite <- Rinv_mult, S2; reflexivity).
  destruct (H 1%nat 1%nat 2%nat 1%nat (fun _ _ => 1) (fun _ _ => / sqrt 2) (fun _ _ => 1) (fun _ => 1) (fun _ => 2)
              (fun j => Nat.eqb j 0) (fun b : bool => if b then 1 else 3) (fun _ => quarter 2)) as [_ F].
  1, 2, 3: intros a b Ha Hb; replace a with O by lia; replace b with O by lia; simpl; lra.
  - intros. apply quarter_derive. lra.
  - intros a b Ha Hb. replace a with O by lia. replace b with O by lia. unfold mul, tr, group_weights. simpl. lra.
  - specialize (F 0 O O (Rle_refl 0) ltac:(lia) ltac:(lia)).
    assert (D : is_derive (fun u => mode_H 1 (fun _ _ => / sqrt 2) (fun _ _ => 1) (fun _ => quarter 2) u O O) 0
                  (/ sqrt 2 * (2 * quarter 2 0 * (1 - quarter 2 0 * quarter 2 0)))).
    { apply (is_derive_ext (fun u => / sqrt 2 * quarter 2 u)); [intros u; unfold mode_H; simpl; ring|].
      apply (is_derive_scal _ 0 (/ sqrt 2)), quarter_derive. lra. }
    apply is_derive_unique in D. apply is_derive_unique in F. rewrite D in F.
    revert F. unfold weighted_residual, mul, tr, mode_W, mode_H, mode_Z, group_weights. simpl.
    rewrite quarter_start by lra. intros F. assert (0 < / sqrt 2) by (apply Rinv_0_lt_compat; exact P2). lra.
Qed.

(* Nor do modes within a group at the weight of the other group (neighbour of reduced_solves_full): three samples, the
   first two of weight 1, the last of weight 2, and a contrast at rest. *)
Theorem not_weight_of_the_other_group :
  ~ (forall k d N r U V Q sigma g h om w A B,
       (0 < r)%nat -> orthonormal k r U -> orthonormal N r V -> orthonormal d r Q ->
       (forall a j, (0 < a < r)%nat -> (j < N)%nat -> g j <> h a -> V j a = 0) ->
       (forall b, 0 < mass N V g b) ->
       solves (om true) (om false) (sigma O * sqrt (mass N V g true)) (sigma O * sqrt (mass N V g false)) (w O) A B ->
       (forall a t, (0 < a < r)%nat -> 0 <= t ->
          is_derive (w a) t (om (negb (h a)) * w a t * (sigma a - w a t * w a t))) ->
       follows k d N (mode_W r U Q w) (full_H N r V Q g w A B)
         (weighted_residual d N (mode_Z r U V sigma) (group_weights g om) (mode_W r U Q w) (full_H N r V Q g w A B))).
Proof.
  intros H. set (I2 := fun i a : nat => if Nat.eqb i a then 1 else 0).
  set (V := fun j a : nat => match j, a with O, O => 12 / 25 | 1%nat, O => - (9 / 25) | _, O => 4 / 5
                             | O, _ => 3 / 5 | 1%nat, _ => 4 / 5 | _, _ => 0 end).
  destruct (H 2%nat 2%nat 3%nat 2%nat I2 V I2 (fun _ => 1) (fun j => Nat.ltb j 2) (fun _ => true)
              (fun b : bool => if b then 1 else 2)
              (fun a => match a with O => fun _ => 0 | _ => quarter 2 end) (fun _ => 0) (fun _ => 0)) as [F _].
  - lia.
  - intros a b Ha Hb. destruct a as [|[|]], b as [|[|]]; try lia; unfold I2; simpl; lra.
  - intros a b Ha Hb. destruct a as [|[|]], b as [|[|]]; try lia; unfold V; simpl; lra.
  - intros a b Ha Hb. destruct a as [|[|]], b as [|[|]]; try lia; unfold I2; simpl; lra.
  - intros a j Ha Hj G. destruct a as [|a]; [lia|].
    destruct j as [|[|[|]]]; [exfalso; apply G; reflexivity | exfalso; apply G; reflexivity | reflexivity | lia].
  - intros []; unfold mass, V, Rsqr; simpl; lra.
  - intros t Ht. split; [|split];
      (match goal with |- is_derive _ _ ?x => replace x with 0 by ring end; apply (is_derive_const 0 t)).
  - intros [|a] t Ha Ht; [lia|]. simpl. apply quarter_derive. lra.
  - specialize (F 0 1%nat 1%nat (Rle_refl 0) ltac:(lia) ltac:(lia)).
    match type of F with is_derive ?f _ _ => assert (D : is_derive f 0 (2 * quarter 2 0 * (1 - quarter 2 0 * quarter 2 0))) end.
    { apply (is_derive_ext (quarter 2)); [intros u; unfold mode_W, I2; simpl; ring|]. apply quarter_derive. lra. }
    apply is_derive_unique in D. apply is_derive_unique in F. rewrite D in F.
    revert F. unfold weighted_residual, mul, tr, mode_W, full_H, feature, mode_Z, group_weights, I2, V. simpl.
    rewrite quarter_start by lra. unfold Rdiv. rewrite !Rmult_0_l. intros F. lra.
Qed.

(* The unit of the weights is one of time: the groups are not at their half at group_half delta whatever it is (neighbour
   of exact_window_of_matrices). *)
Theorem not_half_in_any_unit :
  ~ (forall p q N d y m_maj m_min Q mu delta w a b c, (0 < p)%nat -> (0 < q)%nat -> 0 < m_min <= m_maj ->
       (forall j, (j < N)%nat -> (y j < p + q)%nat) ->
       (forall c, (c < p + q)%nat ->
          sum N (fun j => if Nat.eqb (y j) c then 1 else 0) = if majority p c then m_maj else m_min) ->
       orthonormal d (p + q - 1) Q -> 0 < mu -> ln 2 / 2 < delta ->
       exact_flow (INR q / INR (p + q)) (m_maj / m_min) w a b ->
       scaled_start (INR q / INR (p + q)) (m_maj / m_min) delta w a b -> (0 < c < p + q - 1)%nat ->
       first_half (learned p q N d y m_maj m_min Q mu delta w a b c) (group_half delta)).
Proof.
  intros H. assert (Hd : ln 2 / 2 < 1).
  { pose proof (exp_ineq1 2 ltac:(lra)). pose proof (ln_increasing 2 (exp 2) ltac:(lra) ltac:(lra)) as L.
    rewrite ln_exp in L. lra. }
  destruct (problems_exist 2 2 1 1) as [y [Q [Hy [Hc HQ]]]]; try lia.
  pose proof (lt_0_INR 1 ltac:(lia)) as P1. pose proof (share_range 2 2 ltac:(lia) ltac:(lia)) as [S _].
  pose proof (balanced_solution (INR 2 / INR (2 + 2)) 1 S ltac:(lra)) as F.
  pose proof (balanced_start (INR 2 / INR (2 + 2)) 1 S ltac:(lra)) as I.
  replace 1 with (INR 1 / INR 1) in F at 1 by (simpl; field).
  replace 1 with (INR 1 / INR 1) in I at 1 by (simpl; field).
  set (w := balanced_classifier 1) in *. set (a := fun t => sqrt (INR 2 / INR (2 + 2)) * w t) in *.
  set (b := fun t => sqrt (1 - INR 2 / INR (2 + 2)) * w t) in *.
  pose proof (H 2%nat 2%nat _ _ y (INR 1) (INR 1) Q 2 1 w a b 1%nat ltac:(lia) ltac:(lia) ltac:(lra) Hy Hc HQ
    ltac:(lra) Hd F I ltac:(lia)) as X.
  pose proof (exact_window_of_matrices 2 2 _ _ y (INR 1) (INR 1) Q ltac:(lia) ltac:(lia) P1 P1 Hy Hc HQ 2 1 w a b
    ltac:(lra) ltac:(lra) Hd F I) as [_ [_ [G _]]].
  pose proof (first_half_unique _ _ _ X (G 1%nat ltac:(lia))) as E. pose proof (group_half_pos 1 Hd). lra.
Qed.
